//! Checkpoint files: parameters and optimizers, written so that a crash never leaves half a file, and read back bit for bit.
//!
//! A file holds one value that implements serde's traits, usually a tuple of the parameters and the optimizer, in CBOR with a
//! checksum. Fields are stored under their names: what isn't there any more, or not yet, is an error and no mix-up.
//!
//! ```
//! use grad_runtime::checkpoint;
//! use grad_runtime::prelude::*;
//!
//! let directory = std::env::temp_dir().join(format!("grad-checkpoint-doc-{}", std::process::id()));
//! std::fs::create_dir_all(&directory)?;
//! let path = directory.join("model.ckpt");
//!
//! let mut parameters = vec![1.0, 2.0];
//! let mut optimizer = Adam::new(0.1);
//! optimizer.step(&mut parameters, &vec![0.5, -0.5])?;
//! checkpoint::save(&path, &(&parameters, &optimizer))?;
//!
//! let (mut restored, mut restored_optimizer): (Vec<f64>, Adam<Vec<f64>>) = checkpoint::load(&path)?;
//! assert_eq!(restored, parameters);
//! optimizer.step(&mut parameters, &vec![0.1, 0.2])?;
//! restored_optimizer.step(&mut restored, &vec![0.1, 0.2])?;
//! assert_eq!(restored, parameters);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What every checkpoint file starts with; the last two characters are the version of the format.
const MAGIC: [u8; 8] = *b"gradck01";

/// Why a checkpoint couldn't be written or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file system said no.
    Io(io::Error),
    /// The value can't be serialized, or the file holds another type of value.
    Value(String),
    /// The file isn't a checkpoint, or was cut or changed after it was written.
    Damaged,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the checkpoint can't be written or read: {error}"),
            Self::Value(error) => write!(f, "the value doesn't fit the checkpoint: {error}"),
            Self::Damaged => f.write_str("the file isn't a whole checkpoint"),
        }
    }
}

impl std::error::Error for CheckpointError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Value(_) | Self::Damaged => None,
        }
    }
}

impl From<io::Error> for CheckpointError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Writes a value to a file, in place of what was there.
///
/// The value goes to a temporary file beside it, which gets the file's name when it's whole and on the disk. Whatever happens on
/// the way, under the name there is the old file or the new one.
///
/// # Errors
/// Where the value can't be serialized, or the file system says no. The old file is untouched then.
pub fn save<V: Serialize + ?Sized>(path: impl AsRef<Path>, value: &V) -> Result<(), CheckpointError> {
    let path = path.as_ref();
    let mut bytes = MAGIC.to_vec();
    ciborium::into_writer(value, &mut bytes).map_err(|error| CheckpointError::Value(error.to_string()))?;
    let sum = checksum(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    let temporary = temporary_path(path)?;
    let written = write_through(&temporary, &bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of the attempt is of no use; that it can't be removed either changes nothing about the error.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    sync_directory(path);
    Ok(())
}

/// Reads a value that [`save`] wrote.
///
/// # Errors
/// Where the file can't be read, isn't a whole checkpoint, or holds another type of value.
pub fn load<V: DeserializeOwned>(path: impl AsRef<Path>) -> Result<V, CheckpointError> {
    let bytes = fs::read(path)?;
    let (content, sum) = bytes.split_last_chunk::<8>().ok_or(CheckpointError::Damaged)?;
    let value = content.strip_prefix(&MAGIC).ok_or(CheckpointError::Damaged)?;
    if checksum(content) != u64::from_le_bytes(*sum) {
        return Err(CheckpointError::Damaged);
    }
    let mut rest = value;
    let value =
        ciborium::from_reader(&mut rest).map_err(|error| CheckpointError::Value(error.to_string()))?;
    if rest.is_empty() { Ok(value) } else { Err(CheckpointError::Damaged) }
}

/// A name beside the file that no other process or thread uses.
fn temporary_path(path: &Path) -> io::Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(std::format!(".{}.{count}.tmp", std::process::id()));
    Ok(path.with_file_name(temporary))
}

/// Writes a file and waits until it's on the disk.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Asks for the new name to be on the disk as well. Not every system lets directories be opened for that; the content is
/// whole in any case, so a refusal is no failure.
fn sync_directory(path: &Path) {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Ok(directory) = File::open(parent.unwrap_or(Path::new("."))) {
        let _ = directory.sync_all();
    }
}

/// The 64-bit FNV-1a hash.
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
