//! The rules of nalgebra's methods that choose, reorder or combine elements, in reverse and in forward mode, against central
//! differences.

use grad_runtime::__private::methods::scope::*;
use grad_runtime::__private::{Skip, pull};
use grad_runtime::Tangent;
use grad_runtime::nalgebra::{DVector, Matrix2, Matrix2x3, Point3, Vector2, Vector3, Vector4};

mod support;

use support::methods::{assert_adjoint, check, check_two, dynamic, of_one, of_two, square};
use support::{Difference, assert_near, direction, stepped};

fn wide() -> Matrix2x3<f64> {
    Matrix2x3::new(1.0, -2.0, 3.5, 4.0, -5.0, 0.5)
}

#[test]
fn absolute_values_means_and_extremes() {
    check!(abs, abs_forward, abs_jvp: wide());
    check!(abs, abs_forward, abs_jvp: dynamic(3, 4));
    check!(mean, mean_forward, mean_jvp: wide());
    check!(mean, mean_forward, mean_jvp: dynamic(3, 4));
    check!(max, max_forward, max_jvp: wide());
    check!(max, max_forward, max_jvp: dynamic(4, 3));
    check!(min, min_forward, min_jvp: wide());
    check!(min, min_forward, min_jvp: dynamic(4, 3));
    check!(amax, amax_forward, amax_jvp: wide());
    check!(amax, amax_forward, amax_jvp: dynamic(4, 3));
    check!(amin, amin_forward, amin_jvp: wide());
    check!(amin, amin_forward, amin_jvp: dynamic(4, 3));
}

#[test]
fn of_equal_elements_the_last_one_counts() {
    let v = Vector3::new(2.0, 2.0, 1.0);
    assert_eq!(pull(&v.max_forward().1, 1.0, ((),)), (Vector3::y(),));
    assert_eq!(v.max_jvp(Vector3::new(1.0, 2.0, 3.0)), (2.0, 2.0));
    let v = Vector3::new(-1.0, 3.0, -1.0);
    assert_eq!(pull(&v.min_forward().1, 1.0, ((),)), (Vector3::z(),));
    assert_eq!(pull(&v.amin_forward().1, 1.0, ((),)), (-Vector3::z(),));
    assert_eq!(
        pull(&Vector2::<f64>::zeros().abs_forward().1, Vector2::new(1.0, 1.0), ((),)),
        (Vector2::zeros(),)
    );
}

#[test]
fn parts_and_shapes() {
    check!(diagonal, diagonal_forward, diagonal_jvp: square());
    check!(diagonal, diagonal_forward, diagonal_jvp: dynamic(4, 4));
    check!(lower_triangle, lower_triangle_forward, lower_triangle_jvp: square());
    check!(upper_triangle, upper_triangle_forward, upper_triangle_jvp: dynamic(4, 3));
    check!(symmetric_part, symmetric_part_forward, symmetric_part_jvp: square());
    check!(row_sum, row_sum_forward, row_sum_jvp: wide());
    check!(row_sum, row_sum_forward, row_sum_jvp: dynamic(3, 4));
    check!(column_sum, column_sum_forward, column_sum_jvp: wide());
    check!(column_sum, column_sum_forward, column_sum_jvp: dynamic(3, 4));
    check!(adjoint, adjoint_forward, adjoint_jvp: wide());
    check!(adjoint, adjoint_forward, adjoint_jvp: dynamic(3, 4));
    check!(magnitude, magnitude_forward, magnitude_jvp: wide());
    check!(magnitude_squared, magnitude_squared_forward, magnitude_squared_jvp: wide());
}

#[test]
fn coordinates() {
    let v = Vector4::new(1.0, 2.0, -3.0, 0.5);
    check!(xy, xy_forward, xy_jvp: v);
    check!(xz, xz_forward, xz_jvp: v);
    check!(yx, yx_forward, yx_jvp: v);
    check!(yz, yz_forward, yz_jvp: v);
    check!(xyz, xyz_forward, xyz_jvp: v);
    check!(zyx, zyx_forward, zyx_jvp: v);
    check!(xy, xy_forward, xy_jvp: Point3::new(1.0, 2.0, 3.0));
    check!(to_homogeneous, to_homogeneous_forward, to_homogeneous_jvp: v);
    check!(to_homogeneous, to_homogeneous_forward, to_homogeneous_jvp: Point3::new(1.0, 2.0, 3.0));
    check!(cross_matrix, cross_matrix_forward, cross_matrix_jvp: Vector3::new(1.0, 2.0, 3.0));
}

#[test]
fn combinations() {
    check_two!(|a, b| a.tr_mul(b), tr_mul_forward, tr_mul_jvp: wide(), Matrix2::new(1.0, 2.0, 3.0, 4.0));
    check_two!(|a, b| a.tr_mul(b), tr_mul_forward, tr_mul_jvp: dynamic(3, 2), dynamic(3, 4));
    check_two!(|a, b| a.kronecker(b), kronecker_forward, kronecker_jvp: dynamic(2, 3), dynamic(3, 2));
    check_two!(|a, b| a.kronecker(b), kronecker_forward, kronecker_jvp: wide(), Vector2::new(0.5, -1.0));
    check_two!(|a, b| a.metric_distance(b), metric_distance_forward, metric_distance_jvp: wide(), wide() * 0.5);
    check_two!(|a, b| a.metric_distance(b), metric_distance_forward, metric_distance_jvp: dynamic(2, 3), dynamic(2, 3) * 2.0);
    check_two!(|a, b| a.unscale(*b), @number unscale_forward, unscale_jvp: wide(), 1.7);
    check_two!(|a, b| a.scale(*b), @number scale_forward, scale_jvp: dynamic(2, 3), 1.7);
    check_two!(|a, b| a.add_scalar(*b), @number add_scalar_forward, add_scalar_jvp: wide(), 1.7);
    check_two!(|a, b| a.add_scalar(*b), @number add_scalar_forward, add_scalar_jvp: dynamic(2, 3), 1.7);
    check_two!(|a, b| a.push(*b), @number push_forward, push_jvp: Vector3::new(1.0, 2.0, 3.0), 1.7);
}

#[test]
fn a_view_is_lent_by_value() {
    let (a, b) = (dynamic(3, 4), dynamic(3, 2));
    let (value, pullback) = a.column(1).dot_forward(b.column(0));
    assert_eq!(value, a.column(1).dot(&b.column(0)));
    let (a_bar, b_bar) = pull(&pullback, 2.0, ((), ()));
    assert_eq!((a_bar, b_bar), (b.column(0) * 2.0, a.column(1) * 2.0));
}

#[test]
fn between_two_vectors() {
    let (a, b) = (DVector::from_vec(vec![1.0, 2.0, 3.0]), DVector::from_vec(vec![0.5, -1.0, 4.0]));
    let (value, tangent) = (&a).lerp_jvp(&b, 0.25, &b, &a, 2.0);
    assert_eq!(value, a.lerp(&b, 0.25));
    assert_near(&tangent, &(&b * 0.75 + &a * 0.25 + (&b - &a) * 2.0));
    let seed = DVector::from_vec(vec![0.3, -0.2, 0.9]);
    let (a_bar, b_bar, t_bar) = pull(&(&a).lerp_forward(&b, 0.25).1, seed.clone(), ((), (), ()));
    assert_near(&a_bar, &(&seed * 0.75));
    assert_near(&b_bar, &(&seed * 0.25));
    assert_near(&t_bar, &(&b - &a).dot(&seed));
}
