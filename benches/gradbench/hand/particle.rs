//! Forward mode in the one input: the flight and its derivative side by side.

/// The value and the derivative of `particle::by_reverse`.
pub fn value_and_grad(w: f64) -> (f64, f64) {
    const STEP: f64 = 0.1;
    let (mut x, mut v) = ([0.0, 8.0], [0.75, 0.0]);
    let (mut x_dot, mut v_dot) = ([0.0; 2], [0.0; 2]);
    while x[1] + STEP * v[1] > 0.0 {
        let (across, up, down) = (x[0] - 10.0, x[1] - 10.0 + w, x[1]);
        let (first, first_dot) = inverse_cube(across, up, x_dot[0], x_dot[1] + 1.0);
        let (second, second_dot) = inverse_cube(across, down, x_dot[0], x_dot[1]);
        let slope = [-across * (first + second), -up * first - down * second];
        let slope_dot = [
            -x_dot[0] * (first + second) - across * (first_dot + second_dot),
            -(x_dot[1] + 1.0) * first - up * first_dot - x_dot[1] * second - down * second_dot,
        ];
        for i in 0..2 {
            x[i] += STEP * v[i];
            x_dot[i] += STEP * v_dot[i];
            v[i] -= STEP * slope[i];
            v_dot[i] -= STEP * slope_dot[i];
        }
    }
    let last = [x[0] + STEP * v[0], x[1] + STEP * v[1]];
    let last_dot = [x_dot[0] + STEP * v_dot[0], x_dot[1] + STEP * v_dot[1]];
    let late = -last[1] / v[1];
    let late_dot = -(last_dot[1] + late * v_dot[1]) / v[1];
    let place = last[0] + late * v[0];
    let place_dot = last_dot[0] + late_dot * v[0] + late * v_dot[0];
    (place * place, 2.0 * place * place_dot)
}

/// The inverse cube of a distance, and its derivative.
fn inverse_cube(x: f64, y: f64, x_dot: f64, y_dot: f64) -> (f64, f64) {
    let squared = x * x + y * y;
    let inverse = 1.0 / (squared * squared.sqrt());
    (inverse, -3.0 * inverse / squared * (x * x_dot + y * y_dot))
}
