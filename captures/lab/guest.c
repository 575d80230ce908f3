/* guest.c
 * The machine that the lab migrates: its first and only program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Loads the modules /modules/0.ko, 1.ko …, brings eth0 up and sends datagrams
 * "vmn-lab <sequence number> <guest's clock in ns>" for ever. Address, target
 * and interval come from the kernel's command line (lab_address=,
 * lab_target=, lab_interval_ms=), which hands them on in the environment.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PORT 5050

static void load_modules(void)
{
    char path[32];

    for (int i = 0;; i++) {
        snprintf(path, sizeof path, "/modules/%d.ko", i);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            return;
        if (syscall(SYS_finit_module, file, "", 0) != 0)
            perror(path);
        close(file);
    }
}

static struct sockaddr_in address_from(const char *variable, int port)
{
    const char *text = getenv(variable);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    if (!text || inet_pton(AF_INET, text, &address.sin_addr) != 1)
        fprintf(stderr, "%s is not an IPv4 address\n", variable);
    return address;
}

/* Give eth0 its address and bring it up; waits for the card to appear. */
static void bring_up(int sock)
{
    struct ifreq request = {.ifr_name = "eth0"};
    struct sockaddr_in address = address_from("lab_address", 0);

    memcpy(&request.ifr_addr, &address, sizeof address);
    while (ioctl(sock, SIOCSIFADDR, &request) != 0)
        usleep(50000);
    address.sin_addr.s_addr = htonl(0xFFFFFF00);
    memcpy(&request.ifr_netmask, &address, sizeof address);
    if (ioctl(sock, SIOCSIFNETMASK, &request) != 0)
        perror("netmask");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(sock, SIOCSIFFLAGS, &request) != 0)
        perror("up");
}

int main(void)
{
    const char *interval_ms = getenv("lab_interval_ms");
    long interval = (interval_ms ? atol(interval_ms) : 10) * 1000000L;
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in target = address_from("lab_target", PORT);
    struct timespec pause = {interval / 1000000000L, interval % 1000000000L}, now;
    char text[64];

    load_modules();
    bring_up(sock);
    for (unsigned long sequence = 1;; sequence++) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        int len = snprintf(text, sizeof text, "vmn-lab %lu %lld", sequence,
                           (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
        sendto(sock, text, (size_t)len, 0, (struct sockaddr *)&target, sizeof target);
        nanosleep(&pause, NULL);
    }
}
