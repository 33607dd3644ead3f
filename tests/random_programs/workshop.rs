//! Compiles programs in a crate of their own, which depends on this workspace as a user's would, and runs them.

use crate::ast::Function;
use crate::print::{self, Number};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What became of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Passed,
    /// So are its second derivatives.
    PassedTwice,
    /// Its numbers overflow at every point.
    Skipped,
    /// A derivative is wrong.
    Failed(String),
    /// It doesn't compile with the attribute, though it does over dual numbers.
    Refused(String),
    /// It isn't valid Rust at all.
    Invalid(String),
}

/// One program in so many is expanded to second order as well, if it can be.
const SECOND_ONE_IN: usize = 3;

/// The source of a program as a user would write it.
pub fn source(program: &[Function]) -> String {
    print::program(program, "#[differentiable]\n", Number::Float)
}

/// Compiles the programs in one crate and runs it; what doesn't compile is reported and left out.
///
/// # Panics
/// Where cargo can't be run, or fails for a reason that no program explains.
pub fn outcomes(programs: &[Vec<Function>]) -> Vec<Outcome> {
    let crate_path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random_programs");
    write_crate(&crate_path, programs);
    let mut found: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut second: BTreeSet<usize> = (0..programs.len()).step_by(SECOND_ONE_IN).collect();
    loop {
        let included: Vec<usize> = (0..programs.len()).filter(|i| !found.contains_key(i)).collect();
        write(&crate_path.join("src/main.rs"), &main_source(&included, &second));
        let build = cargo(&crate_path, "build");
        if build.status.success() {
            break;
        }
        let stderr = String::from_utf8_lossy(&build.stderr);
        let (errors, without) = errors_by_program(&stderr);
        assert!(!errors.is_empty() || !without.is_empty(), "the build failed:\n{stderr}");
        found.extend(errors);
        second.retain(|number| !without.contains(number));
    }
    let run = cargo(&crate_path, "run");
    let text = String::from_utf8_lossy(&run.stdout);
    for line in text.lines().filter_map(|line| line.strip_prefix("program p")) {
        let (number, verdict) = line.split_once(": ").unwrap_or((line, ""));
        let outcome = match verdict {
            "ok" => Outcome::Passed,
            "ok twice" => Outcome::PassedTwice,
            "skipped" => Outcome::Skipped,
            difference => Outcome::Failed(difference.to_string()),
        };
        found.insert(number.parse().expect("a program's number"), outcome);
    }
    assert!(run.status.success(), "the programs stopped:\n{}", String::from_utf8_lossy(&run.stderr));
    (0..programs.len()).map(|i| found.remove(&i).expect("a verdict for each program")).collect()
}

fn write_crate(path: &Path, programs: &[Vec<Function>]) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(path.join("src")).expect("the target directory can be written");
    let manifest = format!(
        "[package]\nname = \"random-programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ngrad-runtime = {{ path = {:?} }}\n\n[workspace]\n",
        workspace.join("grad-runtime")
    );
    write(&path.join("Cargo.toml"), &manifest);
    let lock = fs::read_to_string(workspace.join("Cargo.lock")).expect("the workspace is locked");
    write(&path.join("Cargo.lock"), &lock);
    write(&path.join("src/dual.rs"), include_str!("dual.rs"));
    write(&path.join("src/check.rs"), include_str!("check.rs"));
    for (i, program) in programs.iter().enumerate() {
        let float = format!("use grad_runtime::prelude::*;\n\n{}", source(program));
        write(&path.join(format!("src/p{i}.rs")), &float);
        let dual =
            format!("use crate::dual::{{Dual, number}};\n\n{}", print::program(program, "", Number::Dual));
        write(&path.join(format!("src/p{i}_dual.rs")), &dual);
        if i % SECOND_ONE_IN == 0 {
            let functions = print::program(program, "#[differentiable(order = 2)]\n", Number::Float);
            let second = format!("use grad_runtime::prelude::*;\n\n{functions}");
            write(&path.join(format!("src/p{i}_second.rs")), &second);
        }
    }
}

fn main_source(included: &[usize], second: &BTreeSet<usize>) -> String {
    let mut out = String::from("#![allow(warnings)]\nmod dual;\n#[macro_use]\nmod check;\n");
    for i in included {
        out.push_str(&format!("mod p{i};\nmod p{i}_dual;\n"));
        if second.contains(i) {
            out.push_str(&format!("mod p{i}_second;\n"));
        }
    }
    out.push_str("\nfn main() {\n");
    for i in included {
        let second = if second.contains(i) { format!("second!(p{i}_second)") } else { "None".to_string() };
        out.push_str(&format!("    check::check(\"p{i}\", &subject!(p{i}, p{i}_dual, {second}));\n"));
    }
    out.push_str("}\n");
    out
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("the target directory can be written");
}

/// Cargo on the crate, in the workspace's own target directory, so that dependencies are compiled once.
fn cargo(path: &Path, command: &str) -> Output {
    let target =
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a directory in the target directory");
    Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string()))
        .args([command, "--quiet", "--offline", "--message-format", "short", "--color", "never"])
        .current_dir(path)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .output()
        .expect("cargo runs")
}

/// The first error of each program, from lines such as `src/p17.rs:3:9: error: …`; and the programs without second derivatives.
fn errors_by_program(stderr: &str) -> (BTreeMap<usize, Outcome>, BTreeSet<usize>) {
    let (mut errors, mut without) = (BTreeMap::new(), BTreeSet::new());
    for line in stderr.lines().filter(|line| line.contains(": error")) {
        let Some((_, place)) = line.split_once("src/p") else { continue };
        let Some((file, message)) = place.split_once(".rs:") else { continue };
        let (number, kind) = file.split_once('_').unwrap_or((file, ""));
        let Ok(number) = number.parse() else { continue };
        match kind {
            "dual" => {
                errors.insert(number, Outcome::Invalid(message.to_string()));
            }
            "second" => {
                without.insert(number);
            }
            _ => {
                errors.entry(number).or_insert_with(|| Outcome::Refused(message.to_string()));
            }
        }
    }
    (errors, without)
}
