//! What the attribute costs the user at compile time: `cargo check` of a function with it, less the same without.
//!
//! This counts all there is to count: the expansion itself, by a macro that cargo builds without optimisation, and
//! what the compiler makes of the code. The growth from size to size shows whether it is linear.
//!
//! ```text
//! cargo bench --bench expansion
//! cargo bench --bench expansion -- --rounds 9
//! ```

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// The largest of each kind is twice what is promised to expand within a second.
const CHAINS: [usize; 4] = [125, 250, 500, 1000];
const LINES: [usize; 4] = [75, 150, 300, 600];

/// A function whose every statement depends on the one before.
fn chain(statements: usize) -> String {
    let mut body = String::from("    let a0 = x;\n");
    for k in 1..statements {
        let before = k - 1;
        let value = match k % 4 {
            0 => format!("a{before} * a{before} + x"),
            1 => format!("(a{before} * 0.5).sin()"),
            2 => format!("a{before} / (1.0 + a{before} * a{before})"),
            _ => format!("x * a{before} - 0.25"),
        };
        let _ = writeln!(body, "    let a{k} = {value};");
    }
    format!("pub fn subject(x: f64) -> f64 {{\n{body}    a{}\n}}\n", statements - 1)
}

/// A long function of loops, branches and array elements that change.
fn blocks(lines: usize) -> String {
    const BLOCK: usize = 8;
    let mut body = String::from("    let mut sum = x;\n    let mut v = [x, y, x * y];\n");
    for k in 0..lines / BLOCK {
        let element = k % 3;
        let _ = write!(
            body,
            "    let t{k} = (sum * 0.{}).tanh();
    for i in 0..3 {{
        v[i] = v[i] * t{k} + 0.5;
        if v[i] > 1.0 {{
            v[i] = v[i].sqrt();
        }}
    }}
    sum += v[{element}] * t{k};
",
            k + 1
        );
    }
    format!("pub fn subject(x: f64, y: f64) -> f64 {{\n{body}    sum\n}}\n")
}

/// A package of one file that depends on the runtime of this workspace.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> std::io::Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("expansion");
        fs::create_dir_all(folder.join("src"))?;
        let workspace = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"expansion\"\nedition = \"2024\"\n\n[dependencies]\n\
             grad-runtime = {{ path = {:?} }}\n\n[workspace]\n",
            format!("{workspace}/grad-runtime")
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::copy(format!("{workspace}/Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { folder })
    }

    /// How long `cargo check` takes once everything but this source is built.
    fn check(&self, source: &str) -> Result<Duration, String> {
        let file = self.folder.join("src/lib.rs");
        fs::write(&file, source).map_err(|error| format!("{}: {error}", file.display()))?;
        let start = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--offline"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cargo can't be started: {error}"))?;
        let elapsed = start.elapsed();
        if output.status.success() {
            Ok(elapsed)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// The median of what the attribute adds, each time to a check of the same source without it.
    fn cost(&self, function: &str, rounds: usize) -> Result<Duration, String> {
        let mut costs = Vec::with_capacity(rounds);
        for round in 0..rounds {
            // The changing comment makes cargo check again.
            let head = format!("// {round}\nuse grad_runtime::prelude::*;\n");
            let plain = self.check(&format!("#![allow(unused)]\n{head}{function}"))?;
            let annotated = self.check(&format!("#![allow(unused)]\n{head}#[differentiable]\n{function}"))?;
            costs.push(annotated.saturating_sub(plain));
        }
        costs.sort();
        Ok(costs[rounds / 2])
    }
}

fn main() -> ExitCode {
    match rounds().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn rounds() -> Result<usize, String> {
    let mut rounds = 5;
    // Cargo itself passes `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        if argument != "--rounds" {
            return Err(format!("unknown argument {argument}"));
        }
        let count = arguments.next().and_then(|count| count.parse().ok()).filter(|&count| count > 0);
        rounds = count.ok_or("--rounds needs a number above 0")?;
    }
    Ok(rounds)
}

fn run(rounds: usize) -> Result<(), String> {
    let scratch = Scratch::new().map_err(|error| format!("no scratch package: {error}"))?;
    // Builds the runtime and the macro, which isn't to be timed.
    scratch.check("")?;
    let chains = CHAINS.map(|size| (size, chain(size)));
    let blocks = LINES.map(|size| (size, blocks(size)));
    for (what, subjects) in [("dependent statements", chains), ("lines of loops and branches", blocks)] {
        for (size, function) in subjects {
            let cost = scratch.cost(&function, rounds)?;
            let each = cost.as_secs_f64() * 1e6 / f64::from(u32::try_from(size).unwrap_or(u32::MAX));
            println!("{size:>5} {what:<28}{:>8.0} ms{each:>9.0} us each", cost.as_secs_f64() * 1e3);
        }
    }
    Ok(())
}
