/* when.c
 * Points in time as people and programs write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "when.h"

#include <glib.h>
#include <string.h>

#define NS_PER_S G_GINT64_CONSTANT(1000000000)

void vmn_skip_blanks(vmn_span *s)
{
    while (s->at < s->end && (unsigned char)*s->at <= ' ')
        s->at++;
    /* a no-break space, plain or narrow, before AM and PM */
    while (s->end - s->at >= 2 && memcmp(s->at, "\xc2\xa0", 2) == 0)
        s->at += 2;
    while (s->end - s->at >= 3 && memcmp(s->at, "\xe2\x80\xaf", 3) == 0)
        s->at += 3;
}

bool vmn_take(vmn_span *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

/* A number of at most `most` digits. */
static bool take_number(vmn_span *s, unsigned most, int *value)
{
    const char *begin = s->at;

    *value = 0;
    while (s->at < s->end && g_ascii_isdigit(*s->at) && s->at - begin < (int)most)
        *value = *value * 10 + (*s->at++ - '0');
    return s->at > begin && !(s->at < s->end && g_ascii_isdigit(*s->at));
}

static bool take_word(vmn_span *s, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(s->end - s->at) < len || g_ascii_strncasecmp(s->at, word, len) != 0)
        return false;
    s->at += len;
    return true;
}

/* ".519875", as far as nanoseconds go; nothing is 0. */
static int64_t take_fraction(vmn_span *s)
{
    int64_t ns = 0, unit = NS_PER_S;

    if (s->end - s->at < 2 || (*s->at != '.' && *s->at != ',') || !g_ascii_isdigit(s->at[1]))
        return 0;
    for (s->at++; s->at < s->end && g_ascii_isdigit(*s->at); s->at++) {
        unit /= 10;
        ns += unit * (*s->at - '0');
    }
    return ns;
}

static int month_by_name(vmn_span *s)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};

    for (int i = 0; i < 12; i++)
        if (take_word(s, months[i])) {
            while (s->at < s->end && (g_ascii_isalpha(*s->at) || *s->at == '.'))
                s->at++;
            return i + 1;
        }
    return 0;
}

typedef struct {
    int year, month, day;
    int first, second; /* of 06/14/2022; 0 where the date says itself what is what */
} date;

/* Jun 14, 2022 and 14 June 2022 */
static bool take_named_date(vmn_span *s, date *d)
{
    bool day_before = take_number(s, 2, &d->day);

    vmn_skip_blanks(s);
    vmn_take(s, '-');
    d->month = month_by_name(s);
    if (d->month == 0)
        return false;
    vmn_skip_blanks(s);
    vmn_take(s, '-');
    if (!day_before && !take_number(s, 2, &d->day))
        return false;
    vmn_take(s, ',');
    vmn_skip_blanks(s);
    return take_number(s, 4, &d->year);
}

/* 2022-06-14, 2022/06/14, 06/14/2022, 14.06.2022, Jun 14, 2022 */
static bool take_date(vmn_span *s, vmn_date_order order, date *d)
{
    vmn_span begin = *s;
    int first, second, third;

    *d = (date){0, 0, 0, 0, 0};
    if (!take_number(s, 4, &first) || s->at == s->end || !strchr("-/.", *s->at)) {
        *s = begin;
        return take_named_date(s, d);
    }
    char mark = *s->at;
    bool year_first = s->at - begin.at == 4;
    if (!vmn_take(s, mark) || !take_number(s, 2, &second)) {
        *s = begin;
        return take_named_date(s, d);
    }
    if (!vmn_take(s, mark) || !take_number(s, 4, &third))
        return false;
    if (year_first) {
        *d = (date){first, second, third, 0, 0};
        return true;
    }
    bool day_first = mark == '.' || order == VMN_DAY_FIRST;
    *d = (date){third < 100 ? third + 2000 : third, day_first ? second : first,
                day_first ? first : second, mark == '.' ? 0 : first, mark == '.' ? 0 : second};
    return true;
}

/* 14:45:31.5, 2:45 PM; in nanoseconds of the day. */
static bool take_time(vmn_span *s, int64_t *ns)
{
    int hour, minute, second = 0;

    if (!take_number(s, 2, &hour) || !vmn_take(s, ':') || !take_number(s, 2, &minute))
        return false;
    if (vmn_take(s, ':') && !take_number(s, 2, &second))
        return false;
    int64_t fraction = take_fraction(s);
    vmn_skip_blanks(s);
    bool pm = take_word(s, "pm") || take_word(s, "p.m.");
    bool am = !pm && (take_word(s, "am") || take_word(s, "a.m."));
    if (hour > 23 || minute > 59 || second > 60 || ((am || pm) && (hour < 1 || hour > 12)))
        return false;
    if (am || pm)
        hour = hour % 12 + (pm ? 12 : 0);
    *ns = ((hour * 60 + minute) * 60 + second) * NS_PER_S + fraction;
    return true;
}

/* A word that no other letter or digit follows. */
static bool take_whole_word(vmn_span *s, const char *word)
{
    vmn_span begin = *s;

    if (!take_word(s, word))
        return false;
    if (s->at == s->end || !g_ascii_isalnum(*s->at))
        return true;
    *s = begin;
    return false;
}

/* "Z", "UTC", "+02:00"; where there is none of them, *offset stays and nothing is taken. False for
 * an offset that cannot be. */
static bool take_zone(vmn_span *s, int *offset)
{
    int hour, minute = 0;

    vmn_skip_blanks(s);
    if (take_whole_word(s, "utc") || take_whole_word(s, "gmt") || take_whole_word(s, "z"))
        *offset = 0;
    if (s->end - s->at < 2 || !strchr("+-", *s->at) || !g_ascii_isdigit(s->at[1]))
        return true;
    bool west = *s->at++ == '-';
    const char *begin = s->at;
    if (!take_number(s, 4, &hour))
        return false;
    if (s->at - begin > 2) {
        minute = hour % 100;
        hour /= 100;
    } else if (vmn_take(s, ':') && !take_number(s, 2, &minute)) {
        return false;
    }
    if (hour * 60 + minute > 14 * 60 || minute > 59)
        return false;
    *offset = (hour * 60 + minute) * 60 * (west ? -1 : 1);
    return true;
}

bool vmn_zone_parse(const char *text, int *offset)
{
    vmn_span s = {text, text + strlen(text)};
    int found = G_MAXINT;

    if (!take_zone(&s, &found) || found == G_MAXINT)
        return false;
    vmn_skip_blanks(&s);
    if (s.at != s.end)
        return false;
    *offset = found;
    return true;
}

static bool is_date(const date *d)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;

    return d->year >= VMN_FIRST_YEAR && d->year <= VMN_LAST_YEAR && d->month >= 1 &&
           d->month <= 12 && d->day >= 1 && d->day <= days[d->month - 1] + (d->month == 2 && leap);
}

/* Days from 1970-01-01: years begin in March here, so that the leap day is their last. */
static int64_t days_since_1970(const date *d)
{
    int64_t year = d->year - (d->month <= 2), month = (d->month + 9) % 12;

    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + d->day - 1 -
           719468;
}

/* Between date and time: blanks, a comma, "T", "at". */
static void skip_gap(vmn_span *s)
{
    vmn_take(s, ',');
    if (vmn_take(s, 'T'))
        return;
    vmn_skip_blanks(s);
    if (take_word(s, "at ")) /* "Jun 14, 2022 at 2:45:31 PM" */
        vmn_skip_blanks(s);
}

/* A point in time at the begin of s. */
bool vmn_take_when(vmn_span *s, vmn_date_order order, int offset, int64_t *ns)
{
    int64_t of_day;
    date d;

    vmn_skip_blanks(s);
    if (!take_date(s, order, &d) || !is_date(&d))
        return false;
    skip_gap(s);
    if (!take_time(s, &of_day) || !take_zone(s, &offset))
        return false;
    *ns = (days_since_1970(&d) * 86400 - offset) * NS_PER_S + of_day;
    return true;
}

void vmn_look_at_date(vmn_date_orders *seen, vmn_span s, unsigned line)
{
    int64_t of_day;
    date d;

    if (!take_date(&s, VMN_MONTH_FIRST, &d) || d.first == 0)
        return;
    skip_gap(&s);
    if (!take_time(&s, &of_day))
        return; /* 1/0/6 is a port's name */
    seen->month_first = seen->month_first || d.second > 12;
    seen->day_first = seen->day_first || d.first > 12;
    if (!seen->either && d.first <= 12 && d.second <= 12 && d.first != d.second)
        seen->either = line;
}
