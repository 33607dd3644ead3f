//! Programs over matrices, rotations and isometries as people write them: parts, closures, iterators, factorizations, in static and
//! dynamic sizes; in reverse mode, as a pair and in forward mode, against central differences.

// The functions are written as people write them.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern, clippy::cast_precision_loss)]

use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    DMatrix, DVector, Isometry3, Matrix2, Matrix3, Point3, Rotation3, Translation3, Unit, UnitQuaternion,
    Vector3,
};
use grad_runtime::prelude::*;

/// A direction in the tangent space of `value`.
fn direction<T: Differentiable<Tangent: LeavesMut<Scalar = f64>>>(value: &T) -> T::Tangent {
    let mut direction = value.zero_tangent();
    let mut phase = 1.0_f64;
    for leaf in 0..direction.leaf_count() {
        for component in direction.leaf_mut(leaf) {
            phase += 1.7;
            *component = phase.sin() + 0.1;
        }
    }
    direction
}

/// `value` after a step.
fn stepped<T: StepAlong + Clone>(value: &T, direction: &T::Tangent, step: f64) -> T {
    let mut stepped = value.clone();
    stepped.step_along(direction, step);
    stepped
}

#[track_caller]
fn assert_near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} is not {b}");
}

/// Checks a function of one borrowed parameter through all its items.
macro_rules! check {
    ($($function:ident: $argument:expr;)*) => {$({
        let x = $argument;
        let dot = direction(&x);
        let at = |step: f64| $function(&stepped(&x, &dot, step));
        let (value, bar) = $function::value_and_grad(&x);
        assert_eq!(value.to_bits(), $function(&x).to_bits());
        let by_adjoint = bar.inner(&dot);
        let (value, by_tangent) = $function::jvp(&x, &dot);
        assert_eq!(value.to_bits(), $function(&x).to_bits());
        assert_near(by_adjoint, by_tangent, 1e-11);
        assert_near(by_adjoint, (at(1e-6) - at(-1e-6)) / 2e-6, 1e-6);
        let (value, backward) = $function::forward(&x);
        assert_eq!(value.to_bits(), $function(&x).to_bits());
        let mut buffer = dot.clone();
        backward(-2.0, &mut buffer);
        assert_near(buffer.inner(&dot), dot.inner(&dot) - 2.0 * by_tangent, 1e-11);
    })*};
}

fn vector() -> Vector3<f64> {
    Vector3::new(0.4, -0.7, 0.9)
}

fn square() -> Matrix3<f64> {
    Matrix3::new(1.0, 2.0, 3.0, 4.0, 5.5, 6.0, 7.0, 8.0, 9.1)
}

fn tall() -> DMatrix<f64> {
    DMatrix::from_row_slice(4, 3, &[1.0, 0.3, -0.2, 0.5, 2.0, 0.1, -0.4, 0.6, 3.0, 0.7, -0.8, 0.15])
}

fn dynamic() -> DVector<f64> {
    DVector::from_vec(vec![0.4, -0.7, 0.9])
}

#[differentiable]
fn mapped(a: &Vector3<f64>) -> f64 {
    a.map(|x| x.sin()).sum()
}
#[differentiable]
fn parts_of_matrices(m: &Matrix3<f64>) -> f64 {
    m.row(1).norm() + m.column(0).sum() + m.fixed_view::<2, 2>(0, 1).norm()
}
#[differentiable]
fn coordinates_of_a_point(p: &Point3<f64>) -> f64 {
    p.coords.norm() + p.x * p.y + p.coords.z
}
#[differentiable]
fn elements_of_a_matrix(m: &Matrix3<f64>) -> f64 {
    m.m11 * m[(0, 1)] + m[3]
}
#[differentiable]
fn columns_and_rows(m: &DMatrix<f64>) -> f64 {
    let mut total = 0.0;
    for j in 0..m.ncols() {
        let c = m.column(j);
        total += c.norm() * c[0];
    }
    for i in 0..m.nrows() {
        total += m.row(i).sum() * (i as f64 + 1.0);
    }
    total
}
#[differentiable]
fn closures(v: &DVector<f64>) -> f64 {
    let w = v.map(|x| x.tanh());
    let z = w.zip_map(v, |a, b| a * b + 1.0);
    z.dot(&w) + v.iter().map(|x| x * x).sum::<f64>() + v.fold(0.0, |acc, x| acc + x.exp())
}
#[differentiable]
fn factorized(v: &DVector<f64>) -> f64 {
    let mut m = DMatrix::zeros(3, 3);
    for i in 0..3 {
        for j in 0..3 {
            m[(i, j)] = v[i] * v[j] + if i == j { 2.0 } else { 0.0 };
        }
    }
    let l = m.clone().cholesky().unwrap().l();
    l.determinant() + m.lu().solve(v).unwrap().norm()
}
#[differentiable]
fn made_of_elements(v: &Vector3<f64>) -> f64 {
    let m = Matrix3::from_fn(|i, j| v[i] * v[j] + (i + 2 * j) as f64);
    let d = Matrix3::from_diagonal(v);
    let r = Matrix3::from_rows(&[v.transpose(), v.transpose() * 2.0, m.row(1).into_owned()]);
    let c = Matrix2::from_row_slice(&[v.x, v.y, v.z, v.x * v.y]);
    (m * d * v).norm() + (r * m).trace() + c.determinant() * c[(0, 1)]
}
#[differentiable]
fn written_in_place(v: &Vector3<f64>) -> f64 {
    let mut m = Matrix3::identity();
    m.set_column(1, v);
    m.fixed_view_mut::<2, 2>(0, 0).copy_from(&Matrix2::new(v.x, v.y, v.y, v.z));
    m[(2, 2)] *= v.x;
    m.row_mut(2)[0] = v.y;
    let mut c = m.column_mut(0);
    c[1] += v.z;
    let h = v.push(1.0);
    m.determinant() + h.norm() + v.to_homogeneous().sum() + v.xy().norm()
}
#[differentiable]
fn rotated(v: &Vector3<f64>) -> f64 {
    let q = UnitQuaternion::from_scaled_axis(*v);
    let axis = Unit::new_normalize(Vector3::new(v.z, 1.0, v.x));
    let r = Rotation3::from_axis_angle(&axis, v.y);
    let (roll, pitch, yaw) = q.euler_angles();
    let s = q.slerp(&UnitQuaternion::from_euler_angles(0.1, 0.2, 0.3), v.x);
    roll * pitch
        + yaw
        + q.angle()
        + (r * q.scaled_axis()).x
        + (q.to_rotation_matrix() * r).angle()
        + s.angle_to(&q)
        + r.matrix().trace()
}
#[differentiable]
fn posed(v: &Vector3<f64>) -> f64 {
    let pose = Isometry3::new(*v, v * 0.5);
    let q = UnitQuaternion::from_scaled_axis(*v);
    let t = Translation3::new(v.x, v.y, v.x);
    let b = t * q;
    let c = pose.inv_mul(&b);
    let p = Point3::new(1.0, v.x, 2.0);
    let y = c * pose.inverse_transform_point(&p);
    y.coords.norm()
        + (q * pose * t).translation.vector.norm()
        + (pose * q).rotation.angle()
        + (pose.rotation * v).x
        + pose.translation.vector.y
        + pose.translation.x
}
#[differentiable]
fn decomposed(m: &Matrix3<f64>) -> f64 {
    let s = m + m.transpose();
    let e = s.symmetric_eigen();
    let svd = m.svd(true, true);
    let u = svd.u.unwrap();
    let qr = m.qr();
    e.eigenvalues[0]
        + e.eigenvectors[(0, 1)].powi(2)
        + svd.singular_values[0] * u[(1, 0)].powi(2)
        + qr.r()[(0, 1)]
        + qr.q()[(1, 1)]
        + m.singular_values().sum()
        + s.symmetric_eigenvalues().norm_squared()
}
#[differentiable]
fn decomposed_in_part(m: &Matrix3<f64>) -> f64 {
    let values = m.svd(false, false);
    let left = m.svd(true, false);
    let u = left.u.unwrap();
    let b = Vector3::new(m[(0, 0)], 1.0, 2.0);
    let x = m.qr().solve(&b).unwrap();
    values.singular_values[1] + u[(0, 1)].powi(2) + x.norm() + x.x
}
#[differentiable]
fn parts_in_turn(m: &DMatrix<f64>) -> f64 {
    let mut sum = 0.0;
    for column in m.column_iter() {
        sum += column.norm() * column[0];
    }
    let longest = m.row_iter().map(|row| row.norm_squared()).fold(0.0, f64::max);
    for (i, row) in m.row_iter().enumerate() {
        sum += (i as f64 + 1.0) * row.sum();
    }
    sum + longest
}
#[differentiable]
fn decomposed_dynamic(m: &DMatrix<f64>) -> f64 {
    let qr = m.clone().qr();
    let s = m.clone().svd(true, true);
    let v = s.v_t.unwrap();
    qr.r()[(0, 1)]
        + qr.q()[(1, 1)]
        + s.singular_values[1]
        + v[(0, 0)].powi(2)
        + m.max()
        + m.amin()
        + m.abs().mean()
        + m.row_sum()[0]
        + m.kronecker(m).sum()
        + m.tr_mul(m).trace()
}
#[differentiable]
fn accumulated(v: &Vector3<f64>) -> f64 {
    let mut s = Vector3::zeros();
    for i in 0..3 {
        s += v * (i as f64);
        s -= v.cross(&s);
        s *= 0.5;
        s /= v.x;
    }
    s.norm() + v.lerp(&s, v.y).sum()
}
#[differentiable]
fn iterated(v: &DVector<f64>) -> f64 {
    let mut w = v.clone();
    for x in w.iter_mut() {
        *x = *x * *x;
    }
    w.apply(|x| *x += 1.0);
    let d = DVector::from_vec(vec![v[0], v[1] * v[0], v[2]]);
    let e = DVector::from_fn(3, |i, _| v[i].sin());
    let mut t = 0.0;
    for (a, b) in w.iter().zip(d.iter()) {
        t += a * b;
    }
    t + e.rows(1, 2).norm() + w.rows(0, 2).dot(&d.rows(1, 2))
}

#[test]
fn parts() {
    check! {
        parts_of_matrices: square();
        coordinates_of_a_point: Point3::new(1.0, 2.0, 3.0);
        elements_of_a_matrix: square();
        columns_and_rows: tall();
        written_in_place: vector();
    }
}

#[test]
fn closures_and_loops() {
    check! {
        mapped: vector();
        closures: dynamic();
        accumulated: vector();
        iterated: dynamic();
        made_of_elements: vector();
    }
}

#[test]
fn factorizations() {
    check! {
        factorized: dynamic();
        decomposed: square();
        decomposed_in_part: square();
        parts_in_turn: tall();
        decomposed_dynamic: tall();
    }
}

#[test]
fn motions() {
    check! {
        rotated: vector();
        posed: vector();
    }
}

#[differentiable]
fn components_of_a_quaternion(q: &UnitQuaternion<f64>) -> f64 {
    let whole = q.quaternion();
    q.w * 1.5 + q.i * 2.0 + q.j * q.k + q.as_vector()[1] + whole.w * whole.i
}

#[differentiable]
fn parts_of_a_quaternion(q: &UnitQuaternion<f64>) -> f64 {
    let imaginary = q.imag();
    q.coords[0] * q.coords.w + imaginary.x * q.vector().y + q.scalar()
}

#[differentiable]
fn components_in_a_pose(pose: &Isometry3<f64>) -> f64 {
    pose.translation.vector.x * pose.rotation.w + pose.translation.y * pose.rotation.coords.z
}

#[differentiable]
fn homogeneous_pose(pose: &Isometry3<f64>) -> f64 {
    let m = pose.to_homogeneous();
    m[(0, 1)] * m[(1, 3)] + m[(2, 0)] * m[(2, 3)]
}

#[differentiable]
fn transposed_rotation(r: &Rotation3<f64>) -> f64 {
    let larger = r.to_homogeneous();
    (r.transpose() * Vector3::new(1.0, 2.0, 3.0)).x + larger[(0, 1)] * larger[(2, 1)]
}

#[differentiable]
fn spread(v: &DVector<f64>) -> f64 {
    v.variance() * v.mean()
}

#[test]
fn components_of_rotations() {
    let q = UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1);
    let pose = Isometry3::from_parts(Translation3::new(1.0, -2.0, 0.5), q);
    check! {
        components_of_a_quaternion: q;
        parts_of_a_quaternion: q;
        components_in_a_pose: pose;
        homogeneous_pose: pose;
        transposed_rotation: q.to_rotation_matrix();
        spread: DVector::from_vec(vec![0.3, -0.9, 0.4, 1.5]);
    }
}

#[differentiable]
fn changed_in_place(v: &Vector3<f64>) -> f64 {
    let mut m = v * v.transpose();
    m.fill_diagonal(v.x);
    m.fill_row(0, v.y * v.z);
    m.column_mut(1).scale_mut(v.z);
    let mut w = v * v.x;
    w.component_mul_assign(v);
    w.unscale_mut(v.y);
    m.determinant() + w.norm_squared()
}

#[differentiable]
fn changed_with_others(v: &DVector<f64>) -> f64 {
    let mut m = v * v.transpose();
    m.set_diagonal(&(v * 2.0));
    let mut w = v.component_mul(v);
    w.add_scalar_mut(v[2]);
    w.component_div_assign(v);
    let s = w.as_mut_slice();
    s[0] *= v[1];
    m.determinant() + w.as_slice().iter().map(|x| x * x).sum::<f64>()
}

#[differentiable]
fn made_of_iterators(v: &DVector<f64>) -> f64 {
    let row = DMatrix::from_iterator(1, v.len(), v.iter().map(|x| x.sin()));
    let w = DVector::from_iterator(v.len(), v.iter().zip(row.iter()).map(|(x, y)| x * y));
    let fixed = Vector3::from_iterator(w.iter().map(|x| x.exp()));
    (&row * v)[0] + fixed.norm()
}

#[test]
fn matrices_changed_in_place() {
    check! {
        changed_in_place: vector();
        changed_with_others: DVector::from_vec(vec![0.3, 0.9, 0.4]);
        made_of_iterators: DVector::from_vec(vec![0.3, 0.9, 0.4]);
    }
}

#[test]
#[should_panic(expected = "not enough elements")]
fn an_iterator_that_is_too_short_is_no_gradient() {
    made_of_iterators::grad(&DVector::from_vec(vec![0.3, 0.9]));
}

#[differentiable]
fn directions(v: &Vector3<f64>) -> f64 {
    let first = match v.try_normalize(1e-9) {
        Some(unit) => unit.x + 2.0 * unit.y,
        None => 0.0,
    };
    first + v.try_normalize(v.x * 1e-9).map_or(0.0, |unit| unit.y * unit.z)
}

#[differentiable]
fn too_short(v: &Vector3<f64>) -> f64 {
    v.try_normalize(1e9).unwrap_or(Vector3::x()).x + v.y
}

#[differentiable]
fn unwrapped_direction(v: &DVector<f64>) -> f64 {
    let twice = v * 2.0;
    twice.try_normalize(1e-9).unwrap().map(|x| x * x * x).sum()
}

#[differentiable]
fn added_in_place(v: &DVector<f64>) -> f64 {
    let mut y = v * 2.0;
    y.axpy(v[0], v, 0.5);
    let mut z = v.clone();
    z.axpy(2.0, &y, 0.0);
    z.norm_squared()
}

#[test]
fn directions_that_may_be_missing() {
    check! {
        directions: vector();
        too_short: vector();
        unwrapped_direction: DVector::from_vec(vec![0.3, 0.9, 0.4]);
        added_in_place: DVector::from_vec(vec![0.3, 0.9, 0.4]);
    }
}

#[differentiable]
fn zipped(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    a.zip_map(b, |x, y| x * y * y).sum()
}
#[differentiable]
fn multiplied(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    let mut c: DMatrix<f64> = a.clone();
    c.component_mul_assign(b);
    c.norm_squared()
}
#[differentiable]
fn with_diagonal(a: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
    let mut c: DMatrix<f64> = a.clone();
    c.set_diagonal(b);
    c.norm_squared()
}
#[differentiable]
fn added(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    let mut c: DVector<f64> = a.clone();
    c.axpy(2.0, b, 1.0);
    c.norm_squared()
}

#[test]
fn shapes_that_differ_give_no_gradient() {
    let (short, long) = (DVector::from_element(2, 0.5), DVector::from_element(3, 0.5));
    let (wide, high) = (DMatrix::from_element(2, 3, 0.5), DMatrix::from_element(3, 2, 0.5));
    let fails = |run: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err();
    assert!(fails(&|| drop(zipped::grad(&short, &long))));
    assert!(fails(&|| {
        zipped::jvp(&short, &long, &short, &long);
    }));
    assert!(fails(&|| drop(multiplied::grad(&wide, &high))));
    assert!(fails(&|| drop(with_diagonal::grad(&wide, &long))));
    assert!(fails(&|| drop(added::grad(&short, &long))));
    assert!(!fails(&|| drop((zipped::grad(&long, &long), multiplied::grad(&wide, &wide)))));
    assert!(!fails(&|| drop((with_diagonal::grad(&wide, &short), added::grad(&long, &long)))));
}
