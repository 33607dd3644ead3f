//! Callees beside the caller, which are lowered in place of their calls. They stand in no macro: the compiler reads them in
//! this file.

use grad_runtime::prelude::*;

mod one_name_many_meanings {
    use super::*;

    #[allow(non_upper_case_globals)]
    const gain: f64 = 3.0;

    #[differentiable]
    fn amplified(x: f64) -> f64 {
        let y = gain * x;
        y * y
    }

    // The parameter and the variables have the names of the callee's, and of what it names.
    #[differentiable]
    fn f_of_x(x: f64, y: f64) -> f64 {
        let shadowed = amplified(y);
        let gain_of_mine = x * y;
        let z = {
            let y = amplified(gain_of_mine);
            y + shadowed
        };
        let amplified = |x: f64| x * z;
        amplified(amplified(x)) + y
    }

    #[test]
    fn names_stay_apart() {
        check!(f_of_x(0.5, 0.25));
    }
}

mod called_in_each_other {
    use super::*;

    #[differentiable]
    fn squared(x: f64) -> f64 {
        x * x
    }

    #[differentiable]
    fn unused_results(x: f64) -> f64 {
        squared(x);
        let _ = squared(x * 2.0);
        let _unused = squared(squared(x));
        x * 3.0
    }

    #[differentiable]
    fn fourth_powers(x: f64, xs: &[f64]) -> f64 {
        let mut total = squared(squared(x));
        for &x in xs {
            total += squared(squared(x) - squared(total));
        }
        xs.iter().map(|x| squared(*x)).sum::<f64>() + total
    }

    #[test]
    fn by_value() {
        check!(unused_results(2.0) => [3.0]);
        check!(fourth_powers(0.5, &[0.25, -0.5, 0.75]));
    }
}

mod through_memory {
    use super::*;

    #[differentiable]
    fn rates_of_change(x: &[f64], state: &[f64], rates: &mut [f64]) {
        rates[0] = x[0];
        for i in 1..x.len() {
            rates[i] = x[i] * state[i - 1];
        }
    }

    #[differentiable]
    fn moved_by(state: &mut [f64], h: f64, rates: &[f64]) -> f64 {
        let mut largest = state[0];
        for (s, r) in state.iter_mut().zip(rates) {
            *s += h * r;
            largest = largest.max(*s);
        }
        largest
    }

    #[differentiable]
    fn euler_steps(x: &[f64], h: f64, steps: usize) -> f64 {
        let mut state = vec![0.5; x.len()];
        let mut rates = vec![0.0; x.len()];
        let mut total = 0.0;
        for _ in 0..steps {
            rates_of_change(x, &state, &mut rates);
            total += moved_by(&mut state, h, &rates);
        }
        total * state[x.len() - 1]
    }

    #[differentiable]
    fn parts_of_one(v: &mut [f64], h: f64) {
        let (front, back) = v.split_at_mut(2);
        moved_by(back, h, front);
        moved_by(&mut v[..2], h * h, &[1.0, 2.0]);
    }

    #[test]
    fn buffers_and_parts() {
        check!(euler_steps(&[0.5, 1.5, -0.75], 0.125, const 4));
        check_place!(parts_of_one(&mut [1.0, 2.0, 3.0, 4.0], 0.5));
    }
}

mod jumps_and_kinds_of_results {
    use super::*;

    #[differentiable]
    fn length(v: &[f64; 3]) -> f64 {
        let squared = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        if squared == 0.0 {
            return 0.0;
        }
        squared.sqrt()
    }

    #[differentiable]
    fn unit(v: [f64; 3]) -> [f64; 3] {
        let n = length(&v);
        if n == 0.0 {
            return v;
        }
        [v[0] / n, v[1] / n, v[2] / n]
    }

    #[differentiable]
    fn both(v: &[f64; 3], by: f64) -> (f64, [f64; 3]) {
        let scaled = [v[0] * by, v[1] * by, v[2] * by];
        (length(&scaled), unit(scaled))
    }

    #[differentiable]
    fn first_above(v: &[f64], limit: f64) -> f64 {
        for &x in v {
            if x * x > limit {
                return x * limit;
            }
        }
        limit
    }

    #[differentiable]
    fn all_of_them(v: &[f64; 3], by: f64) -> [f64; 3] {
        let (n, [a, b, c]) = both(v, by);
        let found = first_above(&[a, b, c], 0.2 * n) + first_above(v, 100.0 * by);
        [a * n, b + found, c * length(v)]
    }

    #[test]
    fn arrays_and_tuples() {
        check_map!(all_of_them(&[0.5, -1.0, 2.0], 0.75));
    }
}

mod some_parts_stay_calls {
    use super::*;

    #[differentiable]
    fn power(x: f64, n: usize) -> f64 {
        if n == 0 { 1.0 } else { x * power(x, n - 1) }
    }

    #[differentiable]
    fn generic<T: Real>(x: T) -> T {
        x * x + x
    }

    #[differentiable]
    #[inline(never)]
    fn on_its_own(x: f64) -> f64 {
        x.sin() * x
    }

    #[differentiable(forward = rule_forward, jvp = rule_jvp)]
    fn with_a_rule(x: f64) -> f64 {
        x.floor()
    }

    fn rule_forward(x: f64) -> (f64, impl Fn(f64) -> f64) {
        (x.floor(), |seed| 10.0 * seed)
    }

    fn rule_jvp(x: f64, x_dot: f64) -> (f64, f64) {
        (x.floor(), 10.0 * x_dot)
    }

    #[differentiable]
    fn weighted(x: f64, #[constant] weight: f64) -> f64 {
        on_its_own(x) * weight + power(x, 2)
    }

    #[differentiable]
    fn all_kinds_of_callees(x: f64, y: f64) -> f64 {
        let weight = 2.0;
        weighted(generic(x), weight) + power(y, 3) * on_its_own(x)
    }

    #[differentiable]
    fn by_its_rule(x: f64) -> f64 {
        with_a_rule(x) * 2.0
    }

    #[test]
    fn calls_and_callees() {
        check!(all_kinds_of_callees(0.5, 1.25));
    }

    #[test]
    fn a_rule_is_used() {
        assert_eq!(by_its_rule::value_and_grad(1.5), (2.0, 20.0));
        assert_eq!(by_its_rule::jvp(1.5, 1.0), (2.0, 20.0));
    }
}

mod a_module_and_the_one_inside {
    use super::*;

    #[differentiable]
    fn nearest(x: f64) -> f64 {
        3.0 * x
    }

    mod inside {
        use super::*;

        #[differentiable]
        fn nearest(x: f64) -> f64 {
            5.0 * x
        }

        #[differentiable]
        pub fn caller_inside(x: f64) -> f64 {
            nearest(x) * x
        }
    }

    #[differentiable]
    fn caller_outside(x: f64) -> f64 {
        nearest(x) * inside::caller_inside(x)
    }

    #[differentiable]
    fn caller_with_items(x: f64) -> f64 {
        #[differentiable]
        fn nearest(x: f64) -> f64 {
            7.0 * x
        }
        nearest(x) * x
    }

    #[test]
    fn each_calls_its_own() {
        check!(caller_outside(0.5) => [45.0 * 0.25]);
        assert_eq!(caller_with_items::value_and_grad(2.0), (28.0, 28.0));
    }
}

mod in_one_sweep {
    use super::*;

    // The cofactor expansion: the cotangent of a minor is known before the minor.
    #[differentiable]
    fn minor(a: &[f64], size: usize, row: usize, left: &mut Vec<usize>) -> f64 {
        if row == size {
            return 1.0;
        }
        let mut total = 0.0;
        let mut sign = 1.0;
        for k in 0..size - row {
            let column = left.remove(k);
            total += sign * a[row * size + column] * minor(a, size, row + 1, left);
            left.insert(k, column);
            sign = -sign;
        }
        total
    }

    #[differentiable]
    fn determinant(a: &[f64], size: usize) -> f64 {
        let mut left: Vec<usize> = (0..size).collect();
        minor(a, size, 0, &mut left)
    }

    // A loop that keeps a tape, in a recursion that changes what it's given.
    #[differentiable]
    fn relaxed(v: &mut [f64], by: f64, depth: usize) -> f64 {
        if depth == 0 {
            return v[0] * by;
        }
        let mut sum = 0.0;
        for i in 1..v.len() {
            v[i] = (v[i] + by * v[i - 1]).sin();
            sum += v[i] * v[i];
        }
        sum += relaxed(v, by * by, depth - 1);
        v[0] *= sum;
        sum
    }

    #[differentiable]
    fn in_a_sum(v: [f64; 3], by: f64) -> f64 {
        let mut total = 0.0;
        for k in 0..3 {
            let mut own = v;
            total += by * relaxed(&mut own, by, k);
        }
        total
    }

    #[differentiable]
    fn one_after_another(v: [f64; 3], by: f64) -> f64 {
        let mut v = v;
        let first: f64 = relaxed(&mut v, by, 1);
        let second: f64 = relaxed(&mut v, by, 1);
        first + 2.0 * second + v[1]
    }

    /// A rule written by hand.
    #[allow(non_camel_case_types)]
    struct cubed {}

    fn cubed(x: f64) -> f64 {
        x * x * x
    }

    impl cubed {
        fn forward(x: f64) -> (f64, impl Fn(f64) -> f64) {
            (cubed(x), move |seed| 3.0 * x * x * seed)
        }

        #[allow(clippy::unnecessary_wraps)]
        fn __push(x: f64, (x_dot,): (f64,)) -> (f64, f64) {
            (cubed(x), 3.0 * x * x * x_dot)
        }
    }

    #[differentiable]
    fn sum_by_hand(v: &[f64]) -> f64 {
        let mut total = 0.0;
        for &x in v {
            let c: f64 = cubed(x);
            total += 2.0 * c;
        }
        total
    }

    #[test]
    fn a_determinant() {
        check!(determinant(&[2.0, -1.0, 0.5, 1.0, 3.0, -2.0, 0.25, 1.5, 1.0], const 3));
    }

    #[test]
    fn calls_that_change_their_arguments() {
        check!(in_a_sum([0.5, 0.25, -0.75], 0.5));
        check!(one_after_another([0.5, 0.25, -0.75], 0.5));
        check_map!(relaxed(&mut [0.5, 0.25, -0.75], 0.5, const 3));
    }

    #[test]
    fn a_rule_by_hand() {
        check!(sum_by_hand(&[0.5, 0.25, -0.75]) => [1.5, 0.375, 3.375]);
    }
}
