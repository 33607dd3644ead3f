/* Calls the gradients from C and holds them against numbers that Rust had no part in. */
#include <math.h>
#include <stdio.h>

#include "exports.h"

static int failures = 0;

static void expect(const char *name, double value, double expected, double tolerance) {
    int agrees = fabs(value - expected) <= tolerance * fabs(expected);
    printf("%-32s %14.8g, expected %14.8g: %s\n", name, value, expected, agrees ? "agrees" : "MISMATCH");
    failures += !agrees;
}

/* Readings along a spiral on the unit sphere, displaced and stretched. */
static void make_readings(float readings[READINGS][3]) {
    for (int i = 0; i < READINGS; i++) {
        double height = (2.0 * i + 1.0) / READINGS - 1.0;
        double radius = sqrt(1.0 - height * height);
        readings[i][0] = (float)(0.3 + 1.2 * radius * cos(2.4 * i));
        readings[i][1] = (float)(-0.2 + 0.9 * radius * sin(2.4 * i));
        readings[i][2] = (float)(0.1 + height);
    }
}

/* The loss in double precision, written from its formula alone. */
static double loss(const double p[9], const float readings[READINGS][3]) {
    const double shape[3][3] = {{p[3], p[4], p[5]}, {p[4], p[6], p[7]}, {p[5], p[7], p[8]}};
    double total = 0.0;
    for (int i = 0; i < READINGS; i++) {
        double square = 0.0;
        for (int row = 0; row < 3; row++) {
            double field = 0.0;
            for (int axis = 0; axis < 3; axis++) field += shape[row][axis] * (readings[i][axis] - p[axis]);
            square += field * field;
        }
        total += (square - 1.0) * (square - 1.0);
    }
    return total / READINGS;
}

static void check_magnetometer(void) {
    const float parameters[9] = {0.1f, 0.05f, -0.1f, 1.1f, 0.05f, -0.04f, 0.9f, 0.08f, 1.05f};
    float readings[READINGS][3], gradient[9];
    make_readings(readings);
    float value = magnetometer_gradient(parameters, (const float(*)[3])readings, gradient);
    double at[9];
    for (int i = 0; i < 9; i++) at[i] = parameters[i];
    expect("the loss", value, loss(at, (const float(*)[3])readings), 1e-5);
    for (int i = 0; i < 9; i++) {
        const double step = 1e-4, here = at[i];
        at[i] = here + step;
        double above = loss(at, (const float(*)[3])readings);
        at[i] = here - step;
        double below = loss(at, (const float(*)[3])readings);
        at[i] = here;
        expect("its gradient", gradient[i], (above - below) / (2.0 * step), 1e-4);
    }
}

/* The expected numbers are from the same loop in double precision, by differences of fourth order. */
static void check_rollout(void) {
    const float gains[3] = {40.0f, 10.0f, 6.0f};
    const double expected[4] = {0.00120890228, 0.00166061725, -0.00787679478, 1.08210837};
    float gradient[4];
    expect("the rollout's cost", rollout_gradient(gains, 0.52f, gradient), 0.180640509, 1e-5);
    for (int i = 0; i < 4; i++) expect("its gradient", gradient[i], expected[i], 1e-4);
}

int main(void) {
    check_magnetometer();
    check_rollout();
    return failures != 0;
}
