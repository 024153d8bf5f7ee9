"""UCI HAR's filters in C, sample by sample, for a sensor that gives raw values."""

from collections.abc import Sequence

from stridenet.exports.about import About
from stridenet_runtime import chain as filters
from stridenet_runtime.recursion import Section


def declaration(about: About) -> str:
    """What the header says of them; nothing where the windows are raw already."""
    if not about.raw:
        return ""
    names = ", ".join(f"{name} [{unit}]" if unit else name for name, unit in about.raw)
    return f"""
/* One raw sample at {about.rate_hz:g} Hz through UCI HAR's filters:
   {names}.
   Gives 1 and the channels of the sample before it, or 0 after the first sample, which has no answer yet. Channels of a
   sample with a missing value are NaN, and the filters begin anew after it. Without a sample (0) all begins anew. */
int {about.identifier}_filter(const float *raw, float *channels);
"""


def definition(about: About) -> str:
    """The function; nothing where the windows are raw already."""
    if not about.raw:
        return ""
    slow = {"gravity": filters.GRAVITY, "offset": filters.OFFSET}
    tables = "\n".join(_table(name, value) for name, value in {"noise": filters.NOISE, **slow}.items())
    picked = ", ".join(map(str, about.filtered))
    return _CHAIN.format(
        one=about.identifier,
        tables=tables,
        n=len(about.raw),
        channels=len(about.channels),
        picked=picked,
        noise=len(filters.NOISE),
        gravity=len(filters.GRAVITY),
        offset=len(filters.OFFSET),
        most=max(len(filters.GRAVITY), len(filters.OFFSET)),
    )


def _table(name: str, sections: Sequence[Section]) -> str:
    rows = ",\n".join("    {" + ", ".join(repr(float(v)) for v in (*row[:3], *row[4:])) + "}" for row in sections)
    return f"static const double {name}[{len(sections)}][5] = {{\n{rows}}};"


_CHAIN = """
{tables}

static double filtered(const double (*of)[5], int sections, double (*state)[2], double v)
{{
    for (int s = 0; s < sections; s++) {{
        const double y = of[s][0] * v + state[s][0];
        state[s][0] = of[s][1] * v - of[s][3] * y + state[s][1];
        state[s][1] = of[s][2] * v - of[s][4] * y;
        v = y;
    }}
    return v;
}}

int {one}_filter(const float *raw, float *channels)
{{
    static const int picked[{channels}] = {{{picked}}};
    static double last[{n}], here[{n}], fast[{n}][{noise}][2], slow[{n}][{most}][2];
    static enum {{ NOTHING, WHOLE, MISSING }} held; /* the sample before */
    const int there = raw && all_finite(raw, {n}), before = raw ? (int)held : NOTHING;
    float all[{n} + 3];

    for (int c = 0; before == WHOLE && c < {n}; c++) {{
        const double a = last[c], b = here[c], next = there ? raw[c] : 0;
        const double low = a < b ? a : b, high = a < b ? b : a;
        const double middle = next < low ? low : next > high ? high : next;
        const double total = filtered(noise, {noise}, fast[c], middle);
        const double still =
            c < 3 ? filtered(gravity, {gravity}, slow[c], total) : filtered(offset, {offset}, slow[c], total);
        if (c < 3)
            all[c] = (float)total;
        all[c + 3] = (float)(total - still);
        last[c] = b;
    }}
    for (int i = 0; before == WHOLE && i < {channels}; i++)
        channels[i] = all[picked[i]];
    if (before == MISSING)
        set_missing(channels, {channels});
    if (before != WHOLE || !there) {{
        memset(last, 0, sizeof last);
        memset(fast, 0, sizeof fast);
        memset(slow, 0, sizeof slow);
    }}
    for (int c = 0; there && c < {n}; c++)
        here[c] = raw[c];
    held = !raw ? NOTHING : there ? WHOLE : MISSING;
    return before != NOTHING;
}}
"""
