"""The files of an export to C: source, header, an example and a check."""

import re
from collections.abc import Mapping
from typing import Any

from stridenet.exports.about import About
from stridenet.exports.c.chain import declaration, definition
from stridenet.exports.c.operations import number
from stridenet.exports.c.source import Source, source
from stridenet_runtime.answers import SMALLEST
from stridenet_runtime.program import Program


def files(program: Program, about: About, *, int8: bool = False) -> dict[str, str]:
    """The text of each file by its name.

    Args:
        program: a checked ``stridenet_runtime.Program``.
        about: what it takes and gives.
        int8: whether weights are integers of 8 bits.

    Raises:
        DataError: a step that C has no form of; its layer is about.
    """
    made, one = source(program, int8=int8), about.identifier
    facts = {
        "one": one,
        "ONE": one.upper(),
        "length": program.length,
        "channels": program.n_channels,
        "classes": len(about.classes),
    }
    return {
        f"{one}.h": _header(program, about, made, int8),
        f"{one}.c": _code(about, made),
        "example.c": _filled(_EXAMPLE, facts),
        "check.c": _filled(_CHECK, facts),
    }


def _filled(text: str, facts: Mapping[str, Any]) -> str:
    for name, value in facts.items():
        text = text.replace(f"<{name}>", str(value))
    return text


def _header(program: Program, about: About, made: Source, int8: bool) -> str:
    one = about.identifier
    wide = max(len(name) for name, _ in about.channels)
    channels = "\n".join(
        f"     {i:3}  {_plain(n):{wide}}  {_plain(u) or '-'}" for i, (n, u) in enumerate(about.channels)
    )
    before = f"\n   Before that: {_plain(about.before)}" if about.before else ""
    weights = "integers of 8 bits, a scale for each column; sums in single precision" if int8 else "single precision"
    called = made.body + made.functions + _sure(about)
    functions = [f for f in ("erff", "expf", "fabsf", "logf", "powf", "sqrtf") if f in called]
    needs = ", ".join(functions) or "nothing"
    threshold = "an answer below it is unknown" if about.unsure else "none was calibrated"
    if about.temperature != 1:
        threshold += f"; it is of probabilities to the power of 1 / {about.temperature:.6g} over their sum"
    said = f"{len(about.classes)} classes, windows of {program.length} samples at {about.rate_hz:g} Hz"
    return f"""/* {_plain(about.name)}: {said}.
   Made by {_plain(about.made_by)}.

   window[sample * {program.n_channels} + channel], oldest sample first, raw units:
{channels}{before}

   Flash: {made.flash} bytes of weights ({weights}). RAM: {4 * made.floats} bytes, static.
   Multiply-adds: {program.check().multiply_adds} a window. Takes from the C library: {needs}.
   No memory is asked for; one call at a time. */

#ifndef {one.upper()}_H
#define {one.upper()}_H

#define {one.upper()}_LENGTH {program.length}
#define {one.upper()}_CHANNELS {program.n_channels}
#define {one.upper()}_CLASSES {len(about.classes)}
#define {one.upper()}_RATE_HZ {float(about.rate_hz)!r}f
#define {one.upper()}_THRESHOLD {number(about.unsure or 0.0)} /* {threshold} */

#ifdef __cplusplus
extern "C" {{
#endif

extern const char *const {one}_classes[{one.upper()}_CLASSES];

/* The probability of each class; every one is NaN where a value of the window is missing, NaN or infinite. */
void {one}_probabilities(const float *window, float *probability);

/* The class that these probabilities name; -1 is "unknown": they are NaN, or the model is not sure enough. */
int {one}_class(const float *probability);
{declaration(about)}
#ifdef __cplusplus
}}
#endif

#endif
"""


def _code(about: About, made: Source) -> str:
    one = about.identifier
    classes = "".join(f'    "{_quoted(name)}",\n' for name in about.classes)
    body = "\n".join(f"    {line}" if line else "" for line in made.body.split("\n"))
    return f"""/* {_plain(about.name)}, see {one}.h. C99; -O3 with the processor's own instructions is fastest. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "{one}.h"

#ifndef COLUMNS
#define COLUMNS 8 /* sums that a processor keeps at once */
#endif

const char *const {one}_classes[{one.upper()}_CLASSES] = {{
{classes}}};

{made.weights}

static float memory[{max(made.floats, 1)}];
{made.functions}
/* By bits: a compiler that takes every value for finite (-ffast-math) leaves out isfinite. */
static int all_finite(const float *values, int n)
{{
    for (int i = 0; i < n; i++) {{
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        if ((bits & 0x7f800000u) == 0x7f800000u)
            return 0;
    }}
    return 1;
}}

static void set_missing(float *values, int n)
{{
    const uint32_t missing = 0x7fc00000u; /* NaN */
    for (int i = 0; i < n; i++)
        memcpy(values + i, &missing, sizeof missing);
}}

void {one}_probabilities(const float *window, float *probability)
{{
    if (!all_finite(window, {one.upper()}_LENGTH * {one.upper()}_CHANNELS)) {{
        set_missing(probability, {one.upper()}_CLASSES);
        return;
    }}
{body}
}}

int {one}_class(const float *probability)
{{
    int best = 0;

    if (!all_finite(probability, {one.upper()}_CLASSES))
        return -1;
    for (int i = 1; i < {one.upper()}_CLASSES; i++)
        if (probability[i] > probability[best])
            best = i;
{_sure(about)}
}}
{definition(about)}"""


def _sure(about: About) -> str:
    """The end of the function that names a class: what is below the threshold has none."""
    one, best = about.identifier.upper(), "probability[best]"
    before = ""
    if about.temperature != 1:
        best = "powf(probability[best], power) / sum"
        power, least = number(1 / about.temperature), number(SMALLEST)
        before = f"""
    const float power = {power}; /* one over the temperature of the calibration */
    float sum = 0;
    for (int i = 0; i < {one}_CLASSES; i++)
        sum += powf(probability[i] > {least} ? probability[i] : {least}, power);"""
    return f"{before}\n    return {best} < {one}_THRESHOLD ? -1 : best;".lstrip("\n")


def _plain(text: str) -> str:
    """Without what ends a comment, or what is not ASCII."""
    spelled = text.replace("²", "^2").replace("°", "deg")
    return re.sub(r"[^ -~]", "?", spelled).replace("*/", "* /").replace("/*", "/ *")


def _quoted(text: str) -> str:
    r"""As a C string holds it; what is not ASCII byte by byte.

    >>> print(_quoted('go "up"'), _quoted("é"))
    go \"up\" \303\251
    """
    made = []
    for byte in text.encode():
        letter = chr(byte)
        made.append(
            letter if 32 <= byte < 127 and letter not in '"\\?' else f"\\{byte:03o}" if letter != '"' else '\\"'
        )
    return "".join(made)


_EXAMPLE = """/* Prints what one window of raw samples shows; its lines are samples, its first line names the channels:
       gcc -std=c99 -O3 example.c <one>.c -lm -o example && ./example < window.csv */

#include <stdio.h>

#include "<one>.h"

int main(void)
{
    static float window[<ONE>_LENGTH * <ONE>_CHANNELS];
    float probability[<ONE>_CLASSES];
    int shown;

    if (scanf("%*[^\\n]") == EOF)
        return 1;
    for (int i = 0; i < <ONE>_LENGTH * <ONE>_CHANNELS; i++)
        if (scanf("%f%*[,]", &window[i]) != 1)
            return 1;
    <one>_probabilities(window, probability);
    for (int c = 0; c < <ONE>_CLASSES; c++)
        printf("%8.4f  %s\\n", (double)probability[c], <one>_classes[c]);
    shown = <one>_class(probability);
    printf("%s\\n", shown < 0 ? "unknown" : <one>_classes[shown]);
    return 0;
}
"""

_CHECK = """/* Answers all windows of standard input, float32 in the machine's order, on standard output; with a number
   of rounds it says on standard error how many seconds the median window took. */

#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "<one>.h"

enum { VALUES = <ONE>_LENGTH * <ONE>_CHANNELS, MOST = 100000 };
static double took[MOST];

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static int order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int n, char **words)
{
    static float window[VALUES];
    float probability[<ONE>_CLASSES];
    const int rounds = n > 1 ? atoi(words[1]) : 0;

    while (fread(window, sizeof *window, VALUES, stdin) == VALUES) {
        <one>_probabilities(window, probability);
        fwrite(probability, sizeof *probability, <ONE>_CLASSES, stdout);
    }
    for (int i = 0; i < rounds && i < MOST; i++) {
        const double began = now();
        <one>_probabilities(window, probability);
        took[i] = now() - began;
    }
    if (rounds > 0) {
        qsort(took, (size_t)rounds, sizeof *took, order);
        fprintf(stderr, "%.9f\\n", took[rounds / 2]);
    }
    return 0;
}
"""
