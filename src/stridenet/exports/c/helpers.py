"""The C functions that layers call; a file holds those that its program needs."""

from collections.abc import Iterable

_PRODUCT = """
/* y[r][c] = bias[c] + sum over taps t and values k of x[r * x_step + t * tap_step + k] * w[(t * n + k) * w_step + c],
   for 4 rows and COLUMNS columns at a time, so that the sums stay in registers. */
static void product{q}(const float *x, int rows, int x_step, int taps, int tap_step, int n, const {type} *w, int w_step,
                    {scale_of}const float *bias, int columns, float *y, int y_step)
{{
    for (int c = 0; c < columns; c += COLUMNS) {{
        const int some = columns - c < COLUMNS ? columns - c : COLUMNS;
        int r = 0;
        if (some == COLUMNS)
            for (; r + 4 <= rows; r += 4) {{
                float sum[4][COLUMNS] = {{{{0}}}};
                for (int t = 0; t < taps; t++) {{
                    const float *p = x + r * x_step + t * tap_step;
                    const {type} *v = w + t * n * w_step + c;
                    for (int k = 0; k < n; k++, v += w_step)
                        for (int i = 0; i < 4; i++) {{
                            const float a = p[i * x_step + k];
                            for (int j = 0; j < COLUMNS; j++)
                                sum[i][j] += a * (float)v[j];
                        }}
                }}
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < COLUMNS; j++)
                        y[(r + i) * y_step + c + j] = {scaled_four}bias[c + j];
            }}
        for (; r < rows; r++) {{
            float sum[COLUMNS] = {{0}};
            for (int t = 0; t < taps; t++) {{
                const float *p = x + r * x_step + t * tap_step;
                const {type} *v = w + t * n * w_step + c;
                if (some == COLUMNS)
                    for (int k = 0; k < n; k++, v += w_step)
                        for (int j = 0; j < COLUMNS; j++)
                            sum[j] += p[k] * (float)v[j];
                else
                    for (int k = 0; k < n; k++, v += w_step)
                        for (int j = 0; j < some; j++)
                            sum[j] += p[k] * (float)v[j];
            }}
            for (int j = 0; j < some; j++)
                y[r * y_step + c + j] = {scaled_one}bias[c + j];
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

_FLOAT = {
    "q": "",
    "type": "float",
    "scale_of": "",
    "scale": "",
    "scaled_four": "sum[i][j] + ",
    "scaled_one": "sum[j] + ",
}
_INT8 = {
    "q": "_int8",
    "type": "int8_t",
    "scale_of": "const float *scale, ",
    "scale": "scale, ",
    "scaled_four": "scale[c + j] * sum[i][j] + ",
    "scaled_one": "scale[c + j] * sum[j] + ",
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
    "product": ((), _PRODUCT.format(**_FLOAT)),
    "product_int8": ((), _PRODUCT.format(**_INT8)),
    "convolve": (("product",), _CONVOLVE.format(**_FLOAT)),
    "convolve_int8": (("product_int8",), _CONVOLVE.format(**_INT8)),
    "lstm": (("product", "sigmoid", "hyperbolic_tangent"), _LSTM.format(**_FLOAT)),
    "lstm_int8": (("product_int8", "sigmoid", "hyperbolic_tangent"), _LSTM.format(**_INT8)),
}


def written(names: Iterable[str]) -> str:
    """The functions of these names and those that they call, each before what calls it."""
    asked = set(names)
    for name in names:
        asked |= set(_OF[name][0])
    return "".join(text for name, (_, text) in _OF.items() if name in asked)
