//! References to one place or another, depending on a branch or an iteration.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn one_of_two_arrays() {
            #[differentiable($($options)*)]
            fn chosen(a: [$real; 2], b: [$real; 2], c: $real) -> $real {
                let r = if c > 0.0 { &a } else { &b };
                r[0] * c + r[1] * r[0]
            }
            check!(chosen([1.0, 2.0], [3.0, 4.0], 0.5));
            check!(chosen([1.0, 2.0], [3.0, 4.0], -0.5));
        }

        #[test]
        fn the_row_before() {
            #[differentiable($($options)*)]
            fn previous(rows: &[[$real; 2]]) -> $real {
                let mut prev = &rows[0];
                let mut s = 0.0;
                for row in &rows[1..] { s += prev[0] * row[1]; prev = row; }
                s
            }
            check!(previous(&vec![[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]));
        }

        #[test]
        fn a_slot_to_write_to() {
            #[differentiable($($options)*)]
            fn slot(x: $real, y: $real, k: usize) -> $real {
                let (mut a, mut b) = (x * y, y);
                let slot = match k { 0 => &mut a, _ => &mut b };
                *slot += x * x;
                *slot *= y;
                a * b
            }
            check!(slot(1.5, 2.5, const 0));
            check!(slot(1.5, 2.5, const 1));
        }

        #[test]
        fn a_slot_among_constants() {
            #[differentiable($($options)*)]
            fn slot_constants(x: $real, k: usize) -> $real {
                let (mut a, mut b, mut c) = (1.0, 2.0, 3.0);
                let slot = match k { 0 => &mut a, 1 => &mut b, _ => &mut c };
                *slot += x * x;
                *slot *= *slot;
                a * b + c * x
            }
            for k in 0..3 { check!(slot_constants(1.5, const k)); }
        }

        #[test]
        fn the_best_row() {
            #[differentiable($($options)*)]
            fn best_row(rows: &[[$real; 2]], t: $real) -> $real {
                let mut best = &rows[0];
                for row in rows { if row[0] > best[0] { best = row; } }
                best[1] * t
            }
            check!(best_row(&vec![[1.0, 2.0], [7.0, 4.0], [5.0, 7.0]], 0.5));
        }

        #[test]
        fn the_best_row_if_any() {
            #[differentiable($($options)*)]
            fn best_option(rows: &[[$real; 2]], t: $real) -> $real {
                let mut best: Option<&[$real; 2]> = None;
                for row in rows { if best.is_none_or(|b| row[0] > b[0]) { best = Some(row); } }
                match best { Some(b) => b[1] * t * b[0], None => t }
            }
            check!(best_option(&vec![[1.0, 2.0], [7.0, 4.0], [5.0, 7.0]], 0.5));
        }

        #[test]
        fn the_longer_slice() {
            #[differentiable($($options)*)]
            fn chosen_slices(a: &[$real], b: &[$real], c: $real) -> $real {
                let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
                let mut s = 0.0;
                for i in 0..short.len() { s += long[i] * short[i] * c * long[i]; }
                s
            }
            check!(chosen_slices(&vec![1.0, 2.0], &vec![7.0, 4.0, 5.0, 7.0], 0.5));
            check!(chosen_slices(&vec![7.0, 4.0, 5.0, 7.0], &vec![2.0, 3.0], 0.5));
        }

        #[test]
        fn buffers_that_change_places_by_name() {
            #[differentiable($($options)*)]
            fn ping_pong(x: &[$real; 3], n: usize) -> $real {
                let mut one = *x;
                let mut two = [0.0; 3];
                let (mut from, mut to) = (&mut one, &mut two);
                for _ in 0..n {
                    for i in 0..3 { to[i] = from[i] * from[(i + 1) % 3]; }
                    std::mem::swap(&mut from, &mut to);
                }
                from[0] + to[1] * to[2]
            }
            for n in 0..4 { check!(ping_pong(&[0.5, 1.5, 0.75], const n)); }
        }

        #[test]
        fn swapped_references_leave_the_memory() {
            #[differentiable($($options)*)]
            fn swapped_then_named(x: &[$real; 2]) -> $real {
                let mut one = *x;
                let mut two = [0.5; 2];
                let (mut from, mut to) = (&mut one, &mut two);
                std::mem::swap(&mut from, &mut to);
                from[0] = to[1] * 3.0;
                one[0] * two[0] * one[1]
            }
            check!(swapped_then_named(&[0.5, 1.5]));
        }

        #[test]
        fn what_is_left_of_a_slice() {
            #[differentiable($($options)*)]
            fn rest(x: &[$real]) -> $real {
                let mut rest = x;
                let mut s = 0.0;
                while rest.len() > 1 {
                    s += rest[0] * rest[1] * rest.len() as $real;
                    rest = &rest[1..];
                }
                s + rest[0]
            }
            check!(rest(&vec![7.0, 4.0, 5.0, 7.0]));
        }

        #[test]
        fn bisection() {
            #[differentiable($($options)*)]
            fn halves(x: &[$real], t: $real) -> $real {
                let mut part = x;
                let mut s = 0.0;
                while part.len() > 1 {
                    let mid = part.len() / 2;
                    s += part[mid] * t;
                    part = if part[mid] > t { &part[..mid] } else { &part[mid..] };
                }
                s * part[0]
            }
            check!(halves(&vec![7.0, 4.0, 5.0, 7.0, 3.0, 2.0, 1.0], 4.5));
        }

        #[test]
        fn head_and_tail() {
            #[differentiable($($options)*)]
            fn let_else_slices(x: &[$real]) -> $real {
                let [first, rest @ .., last] = x else { return 0.0 };
                let mut s = first * last;
                let mut it = rest;
                while let [a, tail @ ..] = it {
                    s += a * s;
                    it = tail;
                }
                s
            }
            check!(let_else_slices(&vec![0.5, 1.0, -0.75, 1.25, 0.3]));
        }

        #[test]
        fn a_running_maximum() {
            #[differentiable($($options)*)]
            fn running_max(x: &[$real]) -> $real {
                let mut m = &x[0];
                for v in x { if v > m { m = v; } }
                *m * x[0]
            }
            check!(running_max(&vec![0.5, 1.0, -0.75, 1.25, 0.3]));
        }

        #[test]
        fn another_array_later_on() {
            #[differentiable($($options)*)]
            fn rebound(a: &[$real; 2], b: &[$real; 2]) -> $real {
                let mut r = a;
                let s = r[0] * 2.0;
                r = b;
                s * r[1] + r[0]
            }
            check!(rebound(&[0.5, 1.0], &[3.0, 4.0]));
        }

        #[test]
        fn one_of_three_in_turns() {
            #[differentiable($($options)*)]
            fn which_of_three(a: &[$real], b: &[$real], c: &[$real], n: usize) -> $real {
                let mut r = a;
                let mut s = 1.0;
                for i in 0..n {
                    s = s * r[i % r.len()] + r.iter().sum::<$real>();
                    r = match i % 3 { 0 => b, 1 => &c[1..], _ => a };
                }
                s + r[0]
            }
            for n in 0..6 { check!(which_of_three(&vec![0.5, 1.0], &vec![3.0, 4.0, 0.25], &vec![0.75, 1.5, 2.5], const n)); }
        }

        #[test]
        fn constant_rows() {
            #[differentiable($($options)*)]
            fn constants_too(x: $real, #[constant] rows: &[[$real; 2]]) -> $real {
                let mut prev = &rows[0];
                let mut s = 0.0;
                for i in 1..rows.len() { s += x * x * prev[0] * rows[i][1]; prev = &rows[i]; }
                s * prev[1]
            }
            check!(constants_too(0.5, const &[[1.0, 2.0], [7.0, 4.0], [5.0, 7.0]]));
        }

        #[test]
        fn literal_tables() {
            #[differentiable($($options)*)]
            fn literal_tables(x: $real, k: usize) -> $real {
                let w = match k { 0 => &[1.0, 2.0, 3.0], 1 => &[0.5, 0.25, 0.125], _ => &[3.0, 2.0, 1.0] };
                let mut s = 0.0;
                for (i, w) in w.iter().enumerate() { s += w * x.powi(i as i32); }
                s
            }
            for k in 0..3 { check!(literal_tables(1.5, const k)); }
        }

        #[test]
        fn passed_to_calls() {
            #[differentiable($($options)*)]
            fn norm2(v: &[$real]) -> $real { let mut s = 0.0; for x in v { s += x * x; } s }
            #[differentiable($($options)*)]
            fn bump(v: &mut [$real], k: $real) { for x in v { *x = *x * k + x.sin(); } }
            #[differentiable($($options)*)]
            fn calls(a: &[$real], b: &[$real], c: $real) -> $real {
                let r = if c > 0.0 { a } else { b };
                let mut u = [c, c * 2.0];
                let mut w = [c * 3.0; 3];
                let t: &mut [$real] = if c > 1.0 { &mut u } else { &mut w };
                bump(t, c);
                norm2(r) * norm2(&r[1..]) + u[0] * w[1] + u[1]
            }
            check!(calls(&vec![0.5, 1.0], &vec![3.0, 4.0, 0.25], 0.5));
            check!(calls(&vec![0.5, 1.0], &vec![3.0, 4.0, 0.25], -0.5));
            check!(calls(&vec![0.5, 1.0], &vec![3.0, 4.0, 0.25], 1.5));
        }

        #[test]
        fn copied_out() {
            #[differentiable($($options)*)]
            fn copied(a: [$real; 2], b: [$real; 2], c: $real) -> $real {
                let r = if c > 0.0 { &a } else { &b };
                let mut own = *r;
                own[0] *= c;
                let v = r.to_vec();
                own[0] * own[1] + v[0] * v[1] * r[0]
            }
            check!(copied([1.0, 2.0], [3.0, 4.0], 0.5));
            check!(copied([1.0, 2.0], [3.0, 4.0], -0.5));
        }

        #[test]
        fn a_side_to_write_to_in_each_iteration() {
            #[differentiable($($options)*)]
            fn slot_in_a_loop(x: &[$real], t: $real) -> $real {
                let mut low = [0.0; 2];
                let mut high = [1.0; 2];
                for (i, v) in x.iter().enumerate() {
                    let side = if *v > t { &mut high } else { &mut low };
                    side[i % 2] += v * v * side[0];
                    side[1] *= t;
                }
                low[0] * high[1] + low[1] * high[0]
            }
            check!(slot_in_a_loop(&vec![0.5, 1.0, -0.75, 1.25, 0.3], 0.4));
        }

        #[test]
        fn an_element_to_write_to() {
            #[differentiable($($options)*)]
            fn slots_of_an_array(x: &[$real; 3], k: usize) -> $real {
                let mut v = *x;
                let slot = if k > 1 { &mut v[0] } else { &mut v[k + 1] };
                *slot = slot.sin() * x[0];
                v[0] * v[1] * v[2]
            }
            check!(slots_of_an_array(&[0.5, 1.5, 0.75], const 0));
            check!(slots_of_an_array(&[0.5, 1.5, 0.75], const 2));
        }

        #[test]
        fn changed_by_some_iterations() {
            #[differentiable($($options)*)]
            fn matched(a: $real, b: $real, k: usize) -> $real {
                let (mut x, mut y) = ([a, b], [b; 2]);
                let z = match k { 0 => { let mut v = [a * b; 2]; v[0] *= a; v } _ => [b, a] };
                let mut p = &x;
                let q = &z;
                for i in 0..3 {
                    if i == k { p = &y; } else if i > k { p = q; }
                }
                let last = p[0] * p[1];
                x[0] = 2.0;
                last * x[0] * y[1]
            }
            for k in 0..4 { check!(matched(0.75, 1.5, const k)); }
        }
    };
}

variants!(programs);
