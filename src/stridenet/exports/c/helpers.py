"""The C functions that layers call; a file holds those that its program needs."""

from collections.abc import Iterable

_LANES = """
/* Values that are multiplied at once, where processor and compiler can; elsewhere, or with PLAIN_C, one by one. */
#if defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON)) && !defined(PLAIN_C)
#if defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
typedef float lanes __attribute__((vector_size(4 * LANES)));

static inline void store(float *y, lanes sum, const float *scale, const float *bias)
{
    for (int j = 0; j < LANES; j++)
        y[j] = (scale ? scale[j] : 1.0f) * sum[j] + bias[j];
}
#endif
"""

_LOAD = """
#ifdef LANES
static inline lanes load(const float *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}
#endif
"""

_LOAD_INT8 = """
#ifdef LANES
typedef int32_t words __attribute__((vector_size(4 * LANES)));

static inline lanes load_int8(const int8_t *p)
{
    int32_t wide[LANES];
    words v;
    for (int j = 0; j < LANES; j++)
        wide[j] = p[j];
    memcpy(&v, wide, sizeof v);
    return __builtin_convertvector(v, lanes);
}
#endif
"""

_PRODUCT = """
/* y[r][c] = bias[c] + sum over taps t and values k of x[r * x_step + t * tap_step + k] * w[(t * n + k) * w_step + c] */
static void product{q}(const float *x, int rows, int x_step, int taps, int tap_step, int n, const {type} *w, int w_step,
                    {scale_of}const float *bias, int columns, float *y, int y_step)
{{
    int c = 0;
#ifdef LANES
    for (; c + 2 * LANES <= columns; c += 2 * LANES) {{
        int r = 0;
        for (; r + 4 <= rows; r += 4) {{ /* eight sums that stay in registers */
            lanes sum[8] = {{{{0}}}};
            for (int t = 0; t < taps; t++) {{
                const float *p = x + r * x_step + t * tap_step;
                const {type} *v = w + t * n * w_step + c;
                for (int k = 0; k < n; k++, v += w_step) {{
                    const lanes a = load{q}(v), b = load{q}(v + LANES);
                    sum[0] += a * p[k];
                    sum[1] += b * p[k];
                    sum[2] += a * p[x_step + k];
                    sum[3] += b * p[x_step + k];
                    sum[4] += a * p[2 * x_step + k];
                    sum[5] += b * p[2 * x_step + k];
                    sum[6] += a * p[3 * x_step + k];
                    sum[7] += b * p[3 * x_step + k];
                }}
            }}
            for (int i = 0; i < 4; i++) {{
                store(y + (r + i) * y_step + c, sum[2 * i], {scale_c}, bias + c);
                store(y + (r + i) * y_step + c + LANES, sum[2 * i + 1], {scale_d}, bias + c + LANES);
            }}
        }}
        float *to = y + r * y_step + c;
        for (const float *from = x + r * x_step; r < rows; r++, from += x_step, to += y_step) {{
            lanes one = {{0}}, two = {{0}};
            for (int t = 0; t < taps; t++) {{
                const float *p = from + t * tap_step;
                const {type} *v = w + t * n * w_step + c;
                for (int k = 0; k < n; k++, v += w_step) {{
                    one += load{q}(v) * p[k];
                    two += load{q}(v + LANES) * p[k];
                }}
            }}
            store(to, one, {scale_c}, bias + c);
            store(to + LANES, two, {scale_d}, bias + c + LANES);
        }}
    }}
#endif
    for (; c < columns; c += COLUMNS) {{
        const int some = columns - c < COLUMNS ? columns - c : COLUMNS;
        const float *from = x;
        float *to = y + c;
        for (int r = 0; r < rows; r++, from += x_step, to += y_step) {{
            float sum[COLUMNS] = {{0}};
            for (int t = 0; t < taps; t++) {{
                const float *p = from + t * tap_step;
                const {type} *v = w + t * n * w_step + c;
                for (int k = 0; k < n; k++, v += w_step)
                    for (int j = 0; j < some; j++)
                        sum[j] += p[k] * (float)v[j];
            }}
            for (int j = 0; j < some; j++)
                to[j] = {scaled}bias[c + j];
        }}
    }}
}}
"""

_CONVOLVE = """
/* Convolution over time of (length, n) to (out, columns); kernel is (taps, n, columns). Taps outside the window see 0.
   Where a kernel's samples are neighbours, all its taps are one. */
static void convolve{q}(const float *x, int length, int x_step, int n, const {type} *w, int taps, int w_step,
                     {scale_of}const float *bias, int columns, int stride, int dilation, int left, int out, float *y,
                     int y_step)
{{
    const int whole = dilation == 1 && n == x_step && columns == w_step;
    for (int r = 0; r < out;) {{
        const int from = r * stride - left;
        int low = 0, high = taps, rows = 1;
        while (low < taps && from + low * dilation < 0)
            low++;
        while (high > low && from + (high - 1) * dilation >= length)
            high--;
        if (low == 0 && high == taps)
            while (r + rows < out && from + rows * stride + (taps - 1) * dilation < length)
                rows++;
        product{q}(x + (from + low * dilation) * x_step, rows, stride * x_step, whole ? 1 : high - low,
                dilation * x_step, whole ? (high - low) * n : n, w + low * n * w_step, w_step, {scale}bias, columns,
                y + r * y_step, y_step);
        r += rows;
    }}
}}
"""

_POOL = """
/* Of each channel the {what} over size samples; what lies outside the window does not count. */
static void {what}_pool(const float *x, int length, int channels, int size, int stride, int left, int out, float *y)
{{
    for (int r = 0; r < out; r++) {{
        const int low = r * stride - left < 0 ? 0 : r * stride - left;
        const int high = r * stride - left + size > length ? length : r * stride - left + size;
        for (int c = 0; c < channels; c++)
            y[r * channels + c] = x[low * channels + c];
        for (int t = low + 1; t < high; t++)
            for (int c = 0; c < channels; c++)
                {step}{end}
    }}
}}
"""

_SOFTMAX = """
static void softmax(const float *x, int rows, int n, float *y)
{
    for (int r = 0; r < rows; r++, x += n, y += n) {
        float most = x[0], sum = 0;
        for (int i = 1; i < n; i++)
            most = x[i] > most ? x[i] : most;
        for (int i = 0; i < n; i++)
            sum += y[i] = expf(x[i] - most);
        for (int i = 0; i < n; i++)
            y[i] /= sum;
    }
}
"""

_SIGMOID = """
static float sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}
"""

_TANH = """
static float hyperbolic_tangent(float x)
{
    const float a = expf(-2.0f * fabsf(x)), y = (1.0f - a) / (1.0f + a);
    return x < 0 ? -y : y;
}
"""

_ASINH = """
static float inverse_sinh(float x)
{
    const float a = fabsf(x), y = a > 1e4f ? logf(a) + 0.69314718f : logf(a + sqrtf(a * a + 1.0f));
    return x < 0 ? -y : y;
}
"""

_LSTM = """
/* Each step sees row: the step's n values, then the answer of the step before. Gates: input, forget, candidate, output.
   work holds n + 6 * units values: row, gates, cell. */
static void lstm{q}(const float *x, int length, int n, const {type} *w, {scale_of}const float *bias, int units,
                 int sequences, int reverse, float *work, float *y)
{{
    float *h = work + n, *gate = h + units, *cell = gate + 4 * units;
    for (int i = 0; i < units; i++)
        h[i] = cell[i] = 0;
    for (int s = 0; s < length; s++) {{
        const int t = reverse ? length - 1 - s : s;
        for (int i = 0; i < n; i++)
            work[i] = x[t * n + i];
        product{q}(work, 1, 0, 1, 0, n + units, w, 4 * units, {scale}bias, 4 * units, gate, 4 * units);
        for (int i = 0; i < units; i++) {{
            cell[i] = sigmoid(gate[units + i]) * cell[i] + sigmoid(gate[i]) * hyperbolic_tangent(gate[2 * units + i]);
            h[i] = sigmoid(gate[3 * units + i]) * hyperbolic_tangent(cell[i]);
            if (sequences)
                y[t * units + i] = h[i];
        }}
    }}
    if (!sequences)
        for (int i = 0; i < units; i++)
            y[i] = h[i];
}}
"""

_FLOAT = {"q": "", "type": "float", "scale_of": "", "scale": "", "scale_c": "0", "scale_d": "0", "scaled": "sum[j] + "}
_INT8 = {
    "q": "_int8",
    "type": "int8_t",
    "scale_of": "const float *scale, ",
    "scale": "scale, ",
    "scale_c": "scale + c",
    "scale_d": "scale + c + LANES",
    "scaled": "scale[c + j] * sum[j] + ",
}
_MOST = {
    "what": "max",
    "step": "if (x[t * channels + c] > y[r * channels + c])\n                    "
    "y[r * channels + c] = x[t * channels + c];",
    "end": "",
}
_MEAN = {
    "what": "mean",
    "step": "y[r * channels + c] += x[t * channels + c];",
    "end": "\n        for (int c = 0; c < channels; c++)\n            y[r * channels + c] /= (float)(high - low);",
}

_OF = {
    "sigmoid": ((), _SIGMOID),
    "hyperbolic_tangent": ((), _TANH),
    "inverse_sinh": ((), _ASINH),
    "softmax": ((), _SOFTMAX),
    "max_pool": ((), _POOL.format(**_MOST)),
    "mean_pool": ((), _POOL.format(**_MEAN)),
    "lanes": ((), _LANES),
    "product": (("lanes",), _LOAD + _PRODUCT.format(**_FLOAT)),
    "product_int8": (("lanes",), _LOAD_INT8 + _PRODUCT.format(**_INT8)),
    "convolve": (("lanes", "product"), _CONVOLVE.format(**_FLOAT)),
    "convolve_int8": (("lanes", "product_int8"), _CONVOLVE.format(**_INT8)),
    "lstm": (("lanes", "product", "sigmoid", "hyperbolic_tangent"), _LSTM.format(**_FLOAT)),
    "lstm_int8": (("lanes", "product_int8", "sigmoid", "hyperbolic_tangent"), _LSTM.format(**_INT8)),
}


def written(names: Iterable[str]) -> str:
    """The functions of these names and those that they call, each before what calls it."""
    asked = set(names)
    for name in names:
        asked |= set(_OF[name][0])
    return "".join(text for name, (_, text) in _OF.items() if name in asked)
