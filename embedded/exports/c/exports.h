/* The gradients as a C program sees them. Every array has the length that its parameter says. */
#ifndef EXPORTS_H
#define EXPORTS_H

enum { READINGS = 64 };

struct adam_state {
    float first[9];
    float second[9];
};

/* The loss of a calibration: an offset (x, y, z) and a symmetric matrix (xx, xy, xz, yy, yz, zz). */
float magnetometer_value(const float parameters[9], const float readings[READINGS][3]);

/* The same, and its gradient. */
float magnetometer_gradient(const float parameters[9], const float readings[READINGS][3], float gradient[9]);

/* The residual of one reading, and its gradient. */
float magnetometer_row(const float parameters[9], const float reading[3], float gradient[9]);

/* One step of Adam; `time` counts from 1, the state is zero before the first step. */
void magnetometer_adam_step(float parameters[9], const float gradient[9], struct adam_state *state, float rate,
                            unsigned time);

/* The cost of a second of control under the gains (proportional, integral, derivative). */
float rollout_value(const float gains[3], float angle);

/* The same, and its gradient by the gains and the angle. */
float rollout_gradient(const float gains[3], float angle, float gradient[4]);

#endif
