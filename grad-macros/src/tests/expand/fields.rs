#[differentiable]
fn reach(arm: &Arm, q: &[f64], load: f64) -> f64 {
    let (mut angle, mut x) = (arm.base.tilt, 0.0);
    for (joint, q) in arm.joints.iter().zip(q) {
        angle += q + joint.offset[0] - load * arm.compliance;
        x += joint.length * angle.cos();
    }
    x
}

#[derive(Differentiable)]
struct Arm {
    base: Base,
    joints: Vec<Joint>,
    compliance: f64,
}

#[derive(Differentiable)]
struct Base {
    tilt: f64,
}

#[derive(Differentiable)]
struct Joint {
    offset: [f64; 2],
    length: f64,
}
