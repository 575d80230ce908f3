/* cutover.c
 * How long a machine was silent around its notices; see cutover.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cutover.h"
#include "recent.h"
#include "summary.h"

#include <string.h>

#define COPY_WINDOW INT64_C(5000000) /* ns: copies of one frame lie within it */
#define LATE INT64_C(1000000000)     /* ns that a mark may come late, or an old host's frames */
#define MAX_TWINS 64      /* frames of a MAC that are searched for the same one; so many are … */
#define MAX_ASKED 256     /* … for the question of an answer … */
#define MAX_RECENT 4096   /* … and for what a late mark divides */
#define MAX_STEPS 64      /* spans of which one holds a frame that ends a silence */
#define MAX_USUAL 4       /* spans that are searched for how a frame came before */
#define MAX_SILENT 131072 /* MACs without a mark that are remembered */

/* A mark, and what lies before it up to the mark before. */
typedef struct {
    int64_t when;
    vmn_span *before; /* NULL: nothing */
    uint32_t path;    /* on which the notice came, or VMN_NO_PATH */
    /* index of the nearest mark, this or lower, with frames of the MAC before it (UINT32_MAX: there
     * is none) and likewise above this one (mac.marks->len: see mac.after); with traffic */
    uint32_t previous_frames, next_frames, previous_traffic, next_traffic;
    uint32_t asked; /* frames to the MAC up to here, since the begin */
} mark;

/* A MAC that sent frames, notices or others. */
typedef struct mac_state {
    uint64_t key;
    GArray *marks;                   /* of mark, in order of time; NULL: none yet */
    vmn_span *after;                 /* what lies after the last mark */
    uint64_t newest;                 /* its newest frame in cutover.recent */
    struct mac_state *newer, *older; /* neighbours in the ring of those without a mark */
    uint32_t tag;
    unsigned asked; /* marks up to the last one that was asked for */
    bool indexed;   /* the marks' indices and sums are right */
    bool doubtful;  /* frames came too far out of order to count those to it */
} mac_state;

struct vmn_cutover {
    bool marks_first;
    GHashTable *macs; /* key → mac_state */
    vmn_recent *recent;
    mac_state silent;   /* between the newest and the oldest of the MACs without a mark, by when
                           they sent last */
    unsigned n_silent;  /* how many there are */
    mac_state *last[2]; /* the ones that were looked up last by frames from and to them, or NULL */
};

typedef enum { FROM = 0, TO } direction;

/* ---- MACs ---- */

static uint64_t key_of(const uint8_t mac[6])
{
    uint64_t key = 0;

    for (int i = 0; i < 6; i++)
        key = key << 8 | mac[i];
    return key;
}

/* GLib's own hash for 64-bit keys sees 32 bits, and the vendor's part of most MACs is the same. */
static guint hash_key(gconstpointer key)
{
    return (guint)((*(const uint64_t *)key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return *(const uint64_t *)a == *(const uint64_t *)b;
}

static void free_mac(gpointer data)
{
    mac_state *mac = data;

    for (unsigned i = 0; mac->marks && i < mac->marks->len; i++)
        vmn_span_free(g_array_index(mac->marks, mark, i).before);
    if (mac->marks)
        g_array_unref(mac->marks);
    vmn_span_free(mac->after);
    g_free(mac);
}

/* Take a MAC out of the ring of those without a mark. */
static void unlink_mac(vmn_cutover *cutover, mac_state *mac)
{
    if (!mac->older)
        return;
    mac->older->newer = mac->newer;
    mac->newer->older = mac->older;
    mac->older = mac->newer = NULL;
    cutover->n_silent--;
}

/* A MAC without a mark sends: it is the last one to be forgotten, and one too many goes. */
static void keep_mac(vmn_cutover *cutover, mac_state *mac)
{
    mac_state *head = &cutover->silent;

    if (head->older == mac)
        return;
    unlink_mac(cutover, mac);
    mac->older = head->older;
    mac->newer = head;
    mac->older->newer = mac;
    head->older = mac;
    if (++cutover->n_silent <= MAX_SILENT)
        return;
    mac_state *oldest = head->newer;
    unlink_mac(cutover, oldest);
    cutover->last[FROM] = cutover->last[TO] = NULL;
    g_hash_table_remove(cutover->macs, &oldest->key);
}

static mac_state *find_mac(vmn_cutover *cutover, const uint8_t address[6], direction way,
                           bool create)
{
    uint64_t key = key_of(address);

    if (cutover->last[way] && cutover->last[way]->key == key)
        return cutover->last[way];
    mac_state *mac = g_hash_table_lookup(cutover->macs, &key);
    if (!mac && create) {
        mac = g_new0(mac_state, 1);
        mac->key = key;
        g_hash_table_insert(cutover->macs, &mac->key, mac);
    }
    if (mac)
        cutover->last[way] = mac;
    return mac;
}

vmn_cutover *vmn_cutover_new(bool marks_first)
{
    vmn_cutover *cutover = g_new0(vmn_cutover, 1);

    cutover->marks_first = marks_first;
    cutover->macs = g_hash_table_new_full(hash_key, equal_keys, NULL, free_mac);
    cutover->recent = vmn_recent_new();
    cutover->silent.older = cutover->silent.newer = &cutover->silent;
    return cutover;
}

void vmn_cutover_free(vmn_cutover *cutover)
{
    if (!cutover)
        return;
    g_hash_table_unref(cutover->macs);
    vmn_recent_free(cutover->recent);
    g_free(cutover);
}

/* ---- marks and the spans between them ---- */

static mark *mark_at(const mac_state *mac, unsigned i)
{
    return &g_array_index(mac->marks, mark, i);
}

static unsigned n_marks(const mac_state *mac)
{
    return mac->marks ? mac->marks->len : 0;
}

/* Number of marks at or before `when`; with `strictly`, before it. */
static unsigned marks_until(const mac_state *mac, int64_t when, bool strictly)
{
    unsigned low = 0, high = n_marks(mac);

    if (high && mark_at(mac, high - 1)->when < when)
        return high; /* the usual case */
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (mark_at(mac, middle)->when < when || (!strictly && mark_at(mac, middle)->when == when))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The span before the i-th mark; after the last one for i = number of marks. */
static vmn_span **span_at(mac_state *mac, unsigned i)
{
    return i < n_marks(mac) ? &mark_at(mac, i)->before : &mac->after;
}

static vmn_span **span_of(mac_state *mac, int64_t when)
{
    return span_at(mac, marks_until(mac, when, true));
}

/* Frames to the MAC, not answered, that came after `from` and up to `to`, by the ring. */
static uint32_t asked_between(vmn_cutover *cutover, mac_state *mac, int64_t from, int64_t to)
{
    uint32_t n = 0, steps = 0;
    uint64_t number = mac->newest;
    const vmn_recent_frame *f = NULL;
    int64_t last = from;

    for (; steps < MAX_RECENT && (f = vmn_recent_get(cutover->recent, number)); steps++) {
        n += f->is_to && !f->answered && f->sight.when > from && f->sight.when <= to;
        last = f->sight.when;
        number = f->older;
    }
    if (number != 0 && last > from)
        mac->doubtful = true; /* there may have been more */
    return n;
}

/* Of the frames to the MAC in a span, those up to `when`. */
static uint32_t asked_until(vmn_cutover *cutover, mac_state *mac, const vmn_span *span,
                            int64_t when)
{
    if (!span || span->asked == 0)
        return 0;
    if (when >= span->last_asked)
        return span->asked;
    return span->asked - MIN(span->asked, asked_between(cutover, mac, when, span->last));
}

/* What is kept of a span goes to the side of `when` where it belongs. */
static void divide_runs(vmn_span *whole, int64_t when, vmn_span **before, vmn_span **after)
{
    for (unsigned i = 0; i < whole->n_lanes; i++)
        for (unsigned k = 0; k < whole->lanes[i].n; k++) {
            vmn_run *run = &whole->lanes[i].runs[k];
            vmn_span_add(run->sight.when <= when ? before : after, run);
        }
}

/* The same of the frames in between that the ring still knows. */
static void divide_recent(vmn_cutover *cutover, const mac_state *mac, const vmn_span *whole,
                          int64_t when, vmn_span **before, vmn_span **after)
{
    uint64_t number = mac->newest;
    const vmn_recent_frame *f;

    for (unsigned n = 0; n < MAX_RECENT && (f = vmn_recent_get(cutover->recent, number)); n++) {
        vmn_span **side = f->sight.when <= when ? before : after;
        vmn_run run = {.sight = f->sight, .times = f->times};
        number = f->older;
        if (!f->is_to && f->sight.when >= whole->first && f->sight.when <= whole->last &&
            !vmn_span_find(*side, f->sight.frame))
            vmn_span_add(side, &run);
    }
}

/* How many frames to the MAC there are in a new span, and up to each frame of it. */
static void count_asked(vmn_cutover *cutover, mac_state *mac, vmn_span *span, int64_t first,
                        int64_t last, uint32_t asked)
{
    if (!span)
        return;
    span->first = first;
    span->last = last;
    span->asked = asked;
    span->last_asked = last;
    for (unsigned i = 0; i < span->n_lanes; i++)
        for (unsigned k = 0; k < span->lanes[i].n; k++) {
            vmn_run *run = &span->lanes[i].runs[k];
            run->asked = asked_until(cutover, mac, span, run->sight.when);
        }
}

/* Two spans instead of one. */
static void divide(vmn_cutover *cutover, mac_state *mac, vmn_span *whole, int64_t when,
                   vmn_span **before, vmn_span **after)
{
    *before = *after = NULL;
    if (!whole)
        return;
    if (whole->last <= when) {
        *before = whole;
        return;
    }
    if (whole->first > when) {
        *after = whole;
        return;
    }
    uint32_t asked_after = asked_between(cutover, mac, when, whole->last);
    asked_after = MIN(asked_after, whole->asked);
    *before = g_new0(vmn_span, 1);
    *after = g_new0(vmn_span, 1);
    divide_runs(whole, when, before, after);
    divide_recent(cutover, mac, whole, when, before, after);
    count_asked(cutover, mac, *before, whole->first, when, whole->asked - asked_after);
    count_asked(cutover, mac, *after, when + 1, whole->last, asked_after);
    vmn_span_free(whole);
}

void vmn_cutover_mark(vmn_cutover *cutover, const uint8_t address[6], int64_t when, uint32_t tag)
{
    mac_state *mac = find_mac(cutover, address, FROM, true);
    unsigned at = marks_until(mac, when, true);
    mark new_mark = {.when = when, .path = VMN_NO_PATH};
    vmn_span **whole = span_at(mac, at), *after;

    unlink_mac(cutover, mac);
    mac->tag = tag;
    if (!mac->marks)
        mac->marks = g_array_new(FALSE, FALSE, sizeof(mark));
    if (at < mac->marks->len && mark_at(mac, at)->when == when)
        return;
    divide(cutover, mac, *whole, when, &new_mark.before, &after);
    *whole = after;
    g_array_insert_val(mac->marks, at, new_mark);
    mac->indexed = false;
}

bool vmn_cutover_mark_path(vmn_cutover *cutover, const uint8_t address[6], int64_t when,
                           uint32_t path, uint32_t *tag)
{
    mac_state *mac = find_mac(cutover, address, FROM, false);
    unsigned at = mac ? marks_until(mac, when, true) : 0;

    if (!mac || at == n_marks(mac) || mark_at(mac, at)->when != when ||
        mark_at(mac, at)->path != VMN_NO_PATH)
        return false;
    mark_at(mac, at)->path = path;
    *tag = mac->tag;
    return at < mac->asked;
}

/* ---- frames ---- */

/* Two times may be more than INT64_MAX apart. */
static bool is_within(int64_t a, int64_t b, int64_t window)
{
    return (uint64_t)MAX(a, b) - (uint64_t)MIN(a, b) <= (uint64_t)window;
}

/* The same frame within milliseconds, or NULL. Of several the one at the same place. */
static vmn_recent_frame *find_twin(vmn_cutover *cutover, const mac_state *mac,
                                   const vmn_sight *sight, direction way)
{
    uint64_t number = mac->newest;
    vmn_recent_frame *f, *elsewhere = NULL;

    for (unsigned n = 0; n < MAX_TWINS && (f = vmn_recent_get(cutover->recent, number)); n++) {
        number = f->older;
        if (f->sight.hash == sight->hash && f->is_to == (way == TO) &&
            is_within(f->sight.when, sight->when, COPY_WINDOW)) {
            if (f->sight.path == sight->path)
                return f;
            elsewhere = f;
        }
    }
    return elsewhere;
}

/* The frame that this one answers is no unanswered one. Returns whether an answer may change. */
static bool answer(vmn_cutover *cutover, mac_state *mac, const vmn_sight *sight)
{
    uint64_t number = mac->newest;
    vmn_recent_frame *f;

    for (unsigned n = 0; n < MAX_ASKED && (f = vmn_recent_get(cutover->recent, number)); n++) {
        number = f->older;
        if (!f->is_to || f->answered || f->sight.key != sight->key || f->sight.is_answer)
            continue;
        f->answered = true;
        mac->indexed = false;
        return vmn_span_answer(*span_of(mac, f->sight.when), f->sight.when);
    }
    return false;
}

/* A frame of the MAC that is no copy of an earlier one. */
static bool take(vmn_cutover *cutover, mac_state *mac, const vmn_sight *sight)
{
    unsigned at = marks_until(mac, sight->when, true);
    vmn_span **where = span_at(mac, at);
    vmn_run run = {.sight = *sight, .times = 1};

    run.asked = asked_until(cutover, mac, *where, sight->when);
    if (!*where || (*where)->n_lanes == 0 || !(*where)->has_traffic)
        mac->indexed = false;
    bool is_first = vmn_span_add(where, &run);
    /* to a notice that was asked for before, the last frame before it matters as well */
    return is_first || at < mac->asked;
}

/* The same frame again: at one place it is counted, of copies elsewhere the first is kept. */
static bool take_again(vmn_cutover *cutover, mac_state *mac, vmn_recent_frame *twin,
                       const vmn_sight *sight)
{
    vmn_span *span = *span_of(mac, twin->sight.when);

    if (twin->sight.path == sight->path) {
        vmn_run *run = vmn_span_find(span, twin->sight.frame);
        twin->times++;
        if (run)
            run->times++;
        return twin->times == VMN_REPEATED;
    }
    if (sight->when >= twin->sight.when)
        return false;
    vmn_span_remove(span, twin->sight.frame);
    twin->sight = *sight;
    take(cutover, mac, sight);
    return true;
}

bool vmn_cutover_wants(vmn_cutover *cutover, const uint8_t *from, const uint8_t *to)
{
    return !cutover->marks_first || find_mac(cutover, from, FROM, false) ||
           (to && find_mac(cutover, to, TO, false));
}

bool vmn_cutover_add(vmn_cutover *cutover, const uint8_t address[6], const vmn_sight *sight,
                     uint32_t *tag)
{
    mac_state *mac = find_mac(cutover, address, FROM, !cutover->marks_first);
    bool changed;

    if (!mac)
        return false;
    if (!mac->marks)
        keep_mac(cutover, mac);
    *tag = mac->tag;
    vmn_recent_frame *twin = find_twin(cutover, mac, sight, FROM);
    /* at one time in two places: one station's frames go to one port, others are two frames */
    if (twin &&
        (twin->sight.path == sight->path || twin->sight.when != sight->when || sight->is_group))
        return take_again(cutover, mac, twin, sight) && mac->asked > 0;
    changed = sight->key != 0 && sight->is_answer && answer(cutover, mac, sight);
    mac->newest = vmn_recent_add(cutover->recent, mac->newest, sight, false);
    changed |= take(cutover, mac, sight);
    return changed && mac->asked > 0;
}

/* Does a silence around a notice that was asked for reach up to `when`? */
static bool is_in_asked_silence(mac_state *mac, int64_t when)
{
    unsigned at = marks_until(mac, when, true), i = at;

    if (mac->asked == 0 || at < mac->asked)
        return mac->asked > 0;
    for (unsigned n = 0; n < MAX_STEPS && i >= mac->asked; n++, i--) {
        const vmn_span *span = *span_at(mac, i);
        if (!span || !span->has_traffic)
            continue;
        for (unsigned k = 0; k < span->n_lanes; k++)
            if (!span->lanes[k].own && span->lanes[k].n && span->lanes[k].runs[0].sight.when < when)
                return false;
    }
    return true;
}

bool vmn_cutover_add_to(vmn_cutover *cutover, const uint8_t address[6], const vmn_sight *sight,
                        uint32_t *tag)
{
    mac_state *mac = find_mac(cutover, address, TO, false);

    if (!mac || find_twin(cutover, mac, sight, TO))
        return false;
    mac->newest = vmn_recent_add(cutover->recent, mac->newest, sight, true);
    vmn_span_ask(span_of(mac, sight->when), sight->when);
    mac->indexed = false;
    *tag = mac->tag;
    return is_in_asked_silence(mac, sight->when);
}

/* ---- answers ---- */

typedef enum { ANY = 0, TRAFFIC, OWN } kind;

/* What is looked for, and where. */
typedef struct {
    mac_state *mac;
    const vmn_cutover_question *question;
    unsigned at; /* number of the mark */
} search;

/* A frame that was found. */
typedef struct {
    const vmn_run *run; /* NULL: none */
    unsigned span;
} found;

static bool has_frames(const vmn_span *span, bool traffic)
{
    return span && (traffic ? span->has_traffic : span->n_lanes > 0);
}

/* For each mark the nearest spans that are not empty, on either side; and sums. */
static void index_marks(mac_state *mac)
{
    uint32_t frames = UINT32_MAX, traffic = UINT32_MAX, asked = 0;

    for (unsigned i = 0; i < mac->marks->len; i++) {
        mark *m = mark_at(mac, i);
        frames = has_frames(m->before, false) ? i : frames;
        traffic = has_frames(m->before, true) ? i : traffic;
        asked += m->before ? m->before->asked : 0;
        m->previous_frames = frames;
        m->previous_traffic = traffic;
        m->asked = asked;
    }
    frames = traffic = mac->marks->len;
    for (unsigned i = mac->marks->len; i-- > 0;) {
        mark *m = mark_at(mac, i);
        m->next_frames = frames;
        m->next_traffic = traffic;
        frames = has_frames(m->before, false) ? i : frames;
        traffic = has_frames(m->before, true) ? i : traffic;
    }
    mac->indexed = true;
}

/* The nearest span at or below the i-th that may hold such frames; UINT32_MAX: there is none. */
static unsigned span_down(const mac_state *mac, unsigned i, kind what)
{
    const mark *m = mark_at(mac, i);

    return what == TRAFFIC ? m->previous_traffic : m->previous_frames;
}

/* Likewise the nearest one above the i-th mark; the last one of all may be empty. */
static unsigned span_up(const mac_state *mac, unsigned i, kind what)
{
    const mark *m = mark_at(mac, i);

    return what == TRAFFIC ? m->next_traffic : m->next_frames;
}

/* Did the frame come before as one does that nobody kept back? */
static bool came_singly(const search *s, unsigned i, const vmn_run *run)
{
    for (unsigned n = 0; n < MAX_USUAL; n++) {
        const vmn_span *span = *span_at(s->mac, i);
        for (unsigned l = 0; span && l < span->n_lanes; l++)
            for (unsigned k = 0; k < span->lanes[l].n; k++) {
                const vmn_run *other = &span->lanes[l].runs[k];
                if (other->sight.hash == run->sight.hash && other->times <= s->question->usual &&
                    other->sight.when < run->sight.when)
                    return true;
            }
        i = i > 0 ? span_down(s->mac, i - 1, ANY) : UINT32_MAX;
        if (i == UINT32_MAX)
            return false;
    }
    return false;
}

static bool is_heap(const search *s, unsigned i, const vmn_run *run)
{
    return run->times >= VMN_REPEATED && run->times > s->question->usual && came_singly(s, i, run);
}

/* The first or the last frame of a kind in a span, not on the path `not_on`, no heap; or NULL. */
static const vmn_run *outermost(const search *s, unsigned i, kind what, uint32_t not_on,
                                bool want_last)
{
    const vmn_span *span = *span_at(s->mac, i);
    const vmn_run *best = NULL;

    for (unsigned l = 0; span && l < span->n_lanes; l++) {
        const vmn_lane *lane = &span->lanes[l];
        if (what != ANY && lane->own != (what == OWN))
            continue;
        for (unsigned k = 0; k < lane->n; k++) {
            const vmn_run *run = &lane->runs[want_last ? lane->n - 1 - k : k];
            if (best && (want_last ? run->sight.when <= best->sight.when
                                   : run->sight.when >= best->sight.when))
                break;
            if (run->sight.path == not_on || is_heap(s, i, run))
                continue;
            best = run;
            break;
        }
    }
    return best;
}

/* The last frame of a kind before the notice, not on the path `not_on`. */
static found last_before(const search *s, kind what, uint32_t not_on)
{
    unsigned i = span_down(s->mac, s->at, what);

    for (unsigned n = 0; n < MAX_STEPS && i != UINT32_MAX; n++) {
        const vmn_run *run = outermost(s, i, what, not_on, true);
        if (run)
            return (found){run, i};
        i = i > 0 ? span_down(s->mac, i - 1, what) : UINT32_MAX;
    }
    return (found){NULL, 0};
}

/* The first one after it, not on the path `not_on` and before `until`. */
static found first_after(const search *s, kind what, uint32_t not_on, int64_t until)
{
    unsigned i = span_up(s->mac, s->at, what), n = 0;

    for (; mark_at(s->mac, i - 1)->when < until; i = span_up(s->mac, i, what)) {
        const vmn_run *run = outermost(s, i, what, not_on, false);
        if (run)
            return run->sight.when < until ? (found){run, i} : (found){NULL, 0};
        if (i == s->mac->marks->len || (until == INT64_MAX && ++n == MAX_STEPS))
            break;
    }
    return (found){NULL, 0};
}

/* Does the machine go on sending on a path, later than late frames come, up to `end`? */
static bool goes_on(const search *s, uint32_t path, int64_t end)
{
    int64_t from = MIN(s->question->when, INT64_MAX - LATE) + LATE;

    for (unsigned i = span_up(s->mac, s->at, ANY); mark_at(s->mac, i - 1)->when < end;
         i = span_up(s->mac, i, ANY)) {
        const vmn_span *span = *span_at(s->mac, i);
        for (unsigned l = 0; span && l < span->n_lanes; l++)
            for (unsigned k = 0; k < span->lanes[l].n; k++) {
                const vmn_sight *sight = &span->lanes[l].runs[k].sight;
                if (sight->path == path && sight->when >= from && sight->when < end)
                    return true;
            }
        if (i == s->mac->marks->len)
            break;
    }
    return false;
}

/* The last frame of the old host: where the machine was heard on the notice's path just before it,
 * that on the path where it was till then. */
static found last_of_old(const search *s, const found *before)
{
    uint32_t path = mark_at(s->mac, s->at)->path;
    found elsewhere;

    if (!before->run || path == VMN_NO_PATH || before->run->sight.path != path)
        return *before;
    elsewhere = last_before(s, ANY, path);
    return elsewhere.run && is_within(elsewhere.run->sight.when, s->question->when, LATE)
               ? elsewhere
               : *before;
}

/* The first frame of a kind after the notice that is no late one of the old host. */
static found first_of_new(const search *s, kind what, const found *old, int64_t until)
{
    uint32_t path = mark_at(s->mac, s->at)->path;
    found first = first_after(s, what, VMN_NO_PATH, until), elsewhere;

    if (!first.run || !old->run || path == VMN_NO_PATH || old->run->sight.path == path ||
        first.run->sight.path != old->run->sight.path)
        return first;
    elsewhere = first_after(s, what, old->run->sight.path, s->question->until);
    if (!elsewhere.run || goes_on(s, old->run->sight.path, elsewhere.run->sight.when))
        return first;
    return elsewhere;
}

/* A frame, or the first of its copies where they were too far apart in the file to be noticed. */
static const vmn_sight *first_copy(const search *s, const found *f)
{
    const vmn_span *span = *span_at(s->mac, f->span);
    const vmn_sight *best = &f->run->sight;

    for (unsigned l = 0; l < span->n_lanes; l++)
        for (unsigned k = 0; k < span->lanes[l].n; k++) {
            const vmn_sight *other = &span->lanes[l].runs[k].sight;
            if (other->hash == best->hash && other->when < best->when &&
                is_within(other->when, f->run->sight.when, COPY_WINDOW))
                best = other;
        }
    return best;
}

/* The first frame on a path after `from`, in one span; or NULL. */
static const vmn_run *first_on(const vmn_span *span, uint32_t path, int64_t from)
{
    const vmn_run *best = NULL;

    for (unsigned l = 0; span && l < span->n_lanes; l++)
        for (unsigned k = 0; k < span->lanes[l].n; k++) {
            const vmn_run *run = &span->lanes[l].runs[k];
            if (run->sight.path == path && run->sight.when >= from &&
                (!best || run->sight.when < best->sight.when))
                best = run;
        }
    return best;
}

/* The machine on its new path while it still was on the old one, long before the notice. */
static void find_early(const search *s, uint32_t old_path, uint32_t new_path, vmn_around *around)
{
    bool was_on_old = false;
    int64_t from = INT64_MIN;

    for (unsigned i = marks_until(s->mac, s->question->since, false); i <= s->at; i++) {
        const vmn_span *span = *span_at(s->mac, i);
        const vmn_run *run = was_on_old ? NULL : first_on(span, old_path, from);
        if (run) {
            was_on_old = true;
            from = run->sight.when;
        }
        run = was_on_old ? first_on(span, new_path, from) : NULL;
        if (!run)
            continue;
        found early = {run, i};
        around->has_early = !is_within(run->sight.when, s->question->when, LATE) &&
                            first_copy(s, &early) == &run->sight;
        around->early = run->sight;
        return;
    }
}

/* From the last traffic before, else the notice, to the first after, else the end. */
static void count_unanswered(const search *s, const found *last, const found *first,
                             vmn_around *around)
{
    unsigned from = last->run ? last->span : s->at;
    const vmn_span *span = last->run ? *span_at(s->mac, from) : NULL;
    uint32_t asked = span ? span->asked - last->run->asked : 0;
    unsigned end = first->run ? first->span : s->mac->marks->len;

    around->has_unanswered = (last->run || first->run) && !s->mac->doubtful &&
                             (!last->run || last->run->sight.has_target) &&
                             (!first->run || first->run->sight.has_target);
    asked += mark_at(s->mac, end - 1)->asked - mark_at(s->mac, from)->asked;
    if (first->run)
        asked += first->run->asked;
    else if (s->mac->after)
        asked += s->mac->after->asked;
    around->unanswered = around->has_unanswered ? asked : 0;
}

static void find_traffic(const search *s, const found *old, vmn_around *around)
{
    found last = last_before(s, TRAFFIC, VMN_NO_PATH);
    found first = first_of_new(s, TRAFFIC, old, INT64_MAX);

    around->has_last_traffic = last.run != NULL;
    if (last.run)
        around->last_traffic = *first_copy(s, &last);
    around->has_traffic = first.run != NULL;
    if (first.run)
        around->traffic = first.run->sight;
    around->has_silence_traffic = last.run && first.run;
    if (around->has_silence_traffic)
        around->silence_traffic = vmn_time_between(around->last_traffic.when, around->traffic.when);
    count_unanswered(s, &last, &first, around);
}

/* Where the machine was and is: by its traffic around this move, else by any frames. */
static void find_move(const search *s, const found *old, vmn_around *around)
{
    const vmn_cutover_question *q = s->question;

    if (!around->has_before || !around->has_after)
        return;
    around->from = around->has_last_traffic && around->last_traffic.when > q->since
                       ? around->last_traffic
                       : around->before;
    around->to =
        around->has_traffic && around->traffic.when < q->until ? around->traffic : around->after;
    if (around->from.path == around->to.path && old->run->sight.when > q->since)
        around->from = *first_copy(s, old);
    around->moved = around->from.path == around->to.path ? VMN_MOVED_NO : VMN_MOVED_YES;
    if (around->moved == VMN_MOVED_YES)
        find_early(s, around->from.path, around->to.path, around);
}

void vmn_cutover_around(vmn_cutover *cutover, const uint8_t address[6],
                        const vmn_cutover_question *question, vmn_around *around)
{
    mac_state *mac = find_mac(cutover, address, FROM, false);
    search s = {mac, question, mac ? marks_until(mac, question->when, true) : 0};
    found before, old, after, own;

    memset(around, 0, sizeof *around);
    if (!mac || s.at == n_marks(mac) || mark_at(mac, s.at)->when != question->when)
        return;
    mac->asked = MAX(mac->asked, s.at + 1);
    if (!mac->indexed)
        index_marks(mac);
    before = last_before(&s, ANY, VMN_NO_PATH);
    old = last_of_old(&s, &before);
    after = first_of_new(&s, ANY, &old, INT64_MAX);
    own = first_of_new(&s, OWN, &old, question->until);
    around->has_before = before.run != NULL;
    if (before.run)
        around->before = *first_copy(&s, &before);
    around->has_after = after.run != NULL;
    if (after.run)
        around->after = after.run->sight;
    around->has_own = own.run != NULL;
    if (own.run)
        around->own = own.run->sight;
    find_traffic(&s, &old, around);
    find_move(&s, &old, around);
}
