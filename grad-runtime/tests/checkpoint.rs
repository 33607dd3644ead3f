//! Checkpoints: bit for bit, whole or not at all.
#![cfg(all(feature = "std", feature = "serde"))]

use std::fs;
use std::path::PathBuf;

use grad_runtime::checkpoint::{CheckpointError, load, save};
use grad_runtime::nalgebra::{Matrix2x3, Vector2};
use grad_runtime::optim::{Clip, CosineDecay};
use grad_runtime::prelude::*;

/// A directory of its own for each test.
struct Directory(PathBuf);

impl Directory {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("grad-runtime-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("model.ckpt")
    }

    fn entries(&self) -> usize {
        fs::read_dir(&self.0).unwrap().count()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn every_number_comes_back_bit_for_bit() {
    let directory = Directory::new("bits");
    let odd = [
        0.0,
        -0.0,
        0.1,
        1e-310,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1.0 / 3.0,
        65504.5,
    ];
    let nans = [f64::NAN, f64::from_bits(0x7ff8_0000_0000_0001), f64::from_bits(0xfff8_1234_5678_9abc)];
    let values: Vec<f64> =
        odd.into_iter().chain(nans).chain((0..1000).map(|i| f64::from(i).sqrt().sin())).collect();
    save(directory.file(), &values).unwrap();
    let loaded: Vec<f64> = load(directory.file()).unwrap();
    let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&loaded), bits(&values));

    let singles: Vec<f32> = values.iter().filter(|x| !x.is_nan()).map(|&x| f32::from_f64(x)).collect();
    save(directory.file(), &singles).unwrap();
    let loaded: Vec<f32> = load(directory.file()).unwrap();
    assert_eq!(
        loaded.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
        singles.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    );
}

#[test]
fn containers_and_variables_come_back() {
    let directory = Directory::new("containers");
    let container =
        Container::from_entries([("enc/w", Array::from([[1.0, 2.0]])), ("scale", Array::from(0.5))]).unwrap();
    save(directory.file(), &variable(container.clone())).unwrap();
    assert_eq!(load::<Variable<Container>>(directory.file()).unwrap(), variable(container));
}

/// Training that is interrupted and goes on from a checkpoint does the same as training that isn't.
#[test]
fn training_goes_on_as_if_nothing_had_happened() {
    type Parameters = (Matrix2x3<f64>, Vector2<f64>);
    let directory = Directory::new("training");
    let gradients =
        |step: f64, (w, b): &Parameters| (w.map(|x| (x + step).sin()), b.map(|x| (x * step).cos()));
    let schedule = CosineDecay { init_value: 0.1, decay_steps: 20, ..CosineDecay::default() };
    let mut parameters: Parameters = (Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), Vector2::new(-1.0, 1.0));
    let mut optimizer = AmsGrad::new(schedule).with_clip(Clip::GlobalNorm(0.7)).checked();
    for step in 1..=5 {
        let g = gradients(f64::from(step), &parameters);
        optimizer.step(&mut parameters, &g).unwrap();
    }
    save(directory.file(), &(&parameters, &optimizer)).unwrap();
    let (mut other, mut resumed): (Parameters, AmsGrad<Parameters, CosineDecay>) =
        load(directory.file()).unwrap();
    assert_eq!(other, parameters);
    // A checkpoint of what has just been read, before any step, is the same checkpoint.
    let first = fs::read(directory.file()).unwrap();
    save(directory.file(), &(&other, &resumed)).unwrap();
    assert_eq!(fs::read(directory.file()).unwrap(), first);
    for step in 6..=10 {
        let g = gradients(f64::from(step), &parameters);
        optimizer.step(&mut parameters, &g).unwrap();
        let g = gradients(f64::from(step), &other);
        resumed.step(&mut other, &g).unwrap();
    }
    assert_eq!(other, parameters);
    assert_eq!((resumed.steps(), resumed.states()), (10, optimizer.states()));
}

#[test]
fn states_of_another_structure_are_refused() {
    let directory = Directory::new("structure");
    let mut optimizer = Adam::new(0.1);
    optimizer.step(&mut vec![1.0; 3], &vec![1.0; 3]).unwrap();
    save(directory.file(), &optimizer).unwrap();
    let mut resumed: Adam<Vec<f64>> = load(directory.file()).unwrap();
    let mut parameters = vec![1.0; 2];
    let error = resumed.step(&mut parameters, &vec![1.0; 2]).unwrap_err();
    assert!(matches!(error, StructureError::Shape { .. }), "{error}");
    assert_eq!((parameters, resumed.steps()), (vec![1.0; 2], 1));
    assert!(matches!(load::<Momentum<Vec<f64>>>(directory.file()), Err(CheckpointError::Value(_))));
}

#[test]
fn damage_is_noticed() {
    let directory = Directory::new("damage");
    save(directory.file(), &vec![1.0, 2.0, 3.0]).unwrap();
    let whole = fs::read(directory.file()).unwrap();
    for length in 0..whole.len() {
        fs::write(directory.file(), &whole[..length]).unwrap();
        assert!(
            matches!(load::<Vec<f64>>(directory.file()), Err(CheckpointError::Damaged)),
            "{length} bytes"
        );
    }
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 4;
        fs::write(directory.file(), &changed).unwrap();
        assert!(matches!(load::<Vec<f64>>(directory.file()), Err(CheckpointError::Damaged)), "byte {place}");
    }
    fs::remove_file(directory.file()).unwrap();
    assert!(matches!(load::<Vec<f64>>(directory.file()), Err(CheckpointError::Io(_))));
}

/// A value that can't be serialized.
struct Broken;

impl serde::Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("broken"))
    }
}

#[test]
fn a_failure_leaves_the_old_file_and_nothing_else() {
    let directory = Directory::new("failure");
    save(directory.file(), &[1.5]).unwrap();
    assert!(matches!(save(directory.file(), &(1.0, Broken)), Err(CheckpointError::Value(_))));
    assert_eq!(load::<[f64; 1]>(directory.file()).unwrap(), [1.5]);
    assert_eq!(directory.entries(), 1);

    // A directory can't be replaced by a file: the last of the steps fails, and its temporary file is gone.
    let taken = directory.0.join("taken");
    fs::create_dir(&taken).unwrap();
    assert!(matches!(save(&taken, &2.5), Err(CheckpointError::Io(_))));
    assert_eq!(directory.entries(), 2);
    assert!(save(directory.0.join("missing").join("model.ckpt"), &2.5).is_err());
}
