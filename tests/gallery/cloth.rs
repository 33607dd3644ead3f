//! Animation: a strip of cloth of particles and springs, falling on a ball.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Particle {
    position: [f64; 3],
    velocity: [f64; 3],
    mass: f64,
}

struct Spring {
    ends: (usize, usize),
    rest: f64,
}

#[differentiable]
fn accumulate(
    particles: &[Particle],
    #[constant] springs: &[Spring],
    stiffness: f64,
    forces: &mut [[f64; 3]],
) {
    for (force, particle) in forces.iter_mut().zip(particles) {
        *force = [0.0, -9.81 * particle.mass, 0.0];
    }
    for spring in springs {
        let (i, j) = spring.ends;
        let d: [f64; 3] = std::array::from_fn(|k| particles[j].position[k] - particles[i].position[k]);
        let length = d.iter().map(|d| d * d).sum::<f64>().sqrt();
        let tension = stiffness * (length - spring.rest) / length;
        for k in 0..3 {
            forces[i][k] += tension * d[k];
            forces[j][k] -= tension * d[k];
        }
    }
}

#[differentiable]
fn collide(particle: &mut Particle, radius: f64) {
    let p = particle.position;
    let distance = (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]).sqrt();
    if distance < radius {
        for k in 0..3 {
            particle.position[k] *= radius / distance;
            particle.velocity[k] *= 0.5;
        }
    }
}

/// The mean height after some steps.
#[differentiable]
fn height(start: &[Particle], #[constant] springs: &[Spring], stiffness: f64, steps: usize) -> f64 {
    let dt = 0.02;
    let mut particles = start.to_vec();
    let mut forces = vec![[0.0; 3]; particles.len()];
    for _ in 0..steps {
        accumulate(&particles, springs, stiffness, &mut forces);
        for (p, f) in particles.iter_mut().zip(&forces) {
            for k in 0..3 {
                p.velocity[k] += dt * f[k] / p.mass;
                p.position[k] += dt * p.velocity[k];
            }
            collide(p, 0.5);
        }
    }
    particles.iter().map(|p| p.position[1]).sum::<f64>() / particles.len() as f64
}

#[test]
fn a_strip() {
    let start: Vec<Particle> = (0..4)
        .map(|i| Particle { position: [0.3 * f64::from(i) - 0.4, 0.6, 0.05], velocity: [0.0; 3], mass: 0.1 })
        .collect();
    let springs: Vec<Spring> = (0..3).map(|i| Spring { ends: (i, i + 1), rest: 0.28 }).collect();
    assert!(height(&start, &springs, 30.0, 20) < 0.6);
    check!(height(&start, const &springs, 30.0, const 12));
}

sample_struct!(Particle ParticleTangent { position, velocity, mass });
