//! A gallery of numerical programs from many fields, written as one writes Rust, then annotated.
//!
//! Each is a file of its own that checks itself: its value makes sense, and its derivative is the same in reverse mode, in forward
//! mode and by central differences (`check!`, of `corpus/support`).
#![deny(warnings)]
// Formulas with indices become loops over indices, and `.map(|row| softmax(row))` is how one writes it.
#![allow(clippy::needless_range_loop, clippy::redundant_closure)]

#[macro_use]
#[allow(unused, clippy::type_complexity)] // No gallery uses all of the harness, whose types are long.
#[path = "corpus/support/mod.rs"]
mod support;

#[path = "gallery/american_option.rs"]
mod american_option;
#[path = "gallery/array_antenna.rs"]
mod array_antenna;
#[path = "gallery/attention.rs"]
mod attention;
#[path = "gallery/attitude.rs"]
mod attitude;
#[path = "gallery/auction.rs"]
mod auction;
#[path = "gallery/ballistics.rs"]
mod ballistics;
#[path = "gallery/battery.rs"]
mod battery;
#[path = "gallery/beam.rs"]
mod beam;
#[path = "gallery/bezier.rs"]
mod bezier;
#[path = "gallery/biquad.rs"]
mod biquad;
#[path = "gallery/black_scholes.rs"]
mod black_scholes;
#[path = "gallery/blur.rs"]
mod blur;
#[path = "gallery/bond.rs"]
mod bond;
#[path = "gallery/camera.rs"]
mod camera;
#[path = "gallery/cloth.rs"]
mod cloth;
#[path = "gallery/colour.rs"]
mod colour;
#[path = "gallery/compressor.rs"]
mod compressor;
#[path = "gallery/crystal.rs"]
mod crystal;
#[path = "gallery/distance_field.rs"]
mod distance_field;
#[path = "gallery/ecology.rs"]
mod ecology;
#[path = "gallery/elo.rs"]
mod elo;
#[path = "gallery/engine_map.rs"]
mod engine_map;
#[path = "gallery/epidemic.rs"]
mod epidemic;
#[path = "gallery/expression.rs"]
mod expression;
#[path = "gallery/garch.rs"]
mod garch;
#[path = "gallery/gaussian_process.rs"]
mod gaussian_process;
#[path = "gallery/geodesy.rs"]
mod geodesy;
#[path = "gallery/gps.rs"]
mod gps;
#[path = "gallery/heat.rs"]
mod heat;
#[path = "gallery/hidden_markov.rs"]
mod hidden_markov;
#[path = "gallery/hydrology.rs"]
mod hydrology;
#[path = "gallery/icp.rs"]
mod icp;
#[path = "gallery/inventory.rs"]
mod inventory;
#[path = "gallery/kalman.rs"]
mod kalman;
#[path = "gallery/kepler.rs"]
mod kepler;
#[path = "gallery/kinetics.rs"]
mod kinetics;
#[path = "gallery/lennard_jones.rs"]
mod lennard_jones;
#[path = "gallery/lens.rs"]
mod lens;
#[path = "gallery/linkage.rs"]
mod linkage;
#[path = "gallery/logistic.rs"]
mod logistic;
#[path = "gallery/lqr.rs"]
mod lqr;
#[path = "gallery/markov.rs"]
mod markov;
#[path = "gallery/mixture.rs"]
mod mixture;
#[path = "gallery/network.rs"]
mod network;
#[path = "gallery/orbital_transfer.rs"]
mod orbital_transfer;
#[path = "gallery/pagerank.rs"]
mod pagerank;
#[path = "gallery/pharmacokinetics.rs"]
mod pharmacokinetics;
#[path = "gallery/phase_equilibrium.rs"]
mod phase_equilibrium;
#[path = "gallery/pid.rs"]
mod pid;
#[path = "gallery/poisson.rs"]
mod poisson;
#[path = "gallery/policy.rs"]
mod policy;
#[path = "gallery/polygon.rs"]
mod polygon;
#[path = "gallery/portfolio.rs"]
mod portfolio;
#[path = "gallery/quadrature.rs"]
mod quadrature;
#[path = "gallery/queueing.rs"]
mod queueing;
#[path = "gallery/raytrace.rs"]
mod raytrace;
#[path = "gallery/reactor.rs"]
mod reactor;
#[path = "gallery/recommender.rs"]
mod recommender;
#[path = "gallery/robot_arm.rs"]
mod robot_arm;
#[path = "gallery/seismic.rs"]
mod seismic;
#[path = "gallery/spectrum.rs"]
mod spectrum;
#[path = "gallery/spline.rs"]
mod spline;
#[path = "gallery/survival.rs"]
mod survival;
#[path = "gallery/synth.rs"]
mod synth;
#[path = "gallery/thin_film.rs"]
mod thin_film;
#[path = "gallery/tides.rs"]
mod tides;
#[path = "gallery/time_warping.rs"]
mod time_warping;
#[path = "gallery/tomography.rs"]
mod tomography;
#[path = "gallery/truss.rs"]
mod truss;
