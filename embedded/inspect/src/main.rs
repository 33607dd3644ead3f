//! `inspect LIBRARY FUNCTION...` prints the bytes that each function of a static library brings into an image, by
//! symbol, and fails where one of them can reach a panic or a symbol that neither the library nor libm defines
//! (nor every C compiler brings).

mod graph;

use std::{env, fs, process::ExitCode};

use graph::{Error, Graph, Reach};

/// What a C program has to link anyway for its own elementary functions.
const LIBM: [&str; 22] = [
    "acosf", "asinf", "atan2f", "atanf", "cbrtf", "cosf", "coshf", "exp2f", "expf", "expm1f", "fmaf",
    "fmodf", "hypotf", "log10f", "log1pf", "log2f", "logf", "powf", "sinf", "sinhf", "tanf", "tanhf",
];

/// What compilers of C take for granted even where there is no C library.
const MEMORY: [&str; 4] = ["memcmp", "memcpy", "memmove", "memset"];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("inspect: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, Error> {
    let mut arguments = env::args().skip(1);
    let library = arguments.next().ok_or("usage: inspect LIBRARY FUNCTION...")?;
    let data = fs::read(&library).map_err(|error| format!("{library}: {error}"))?;
    let graph = Graph::read(&data)?;
    let mut clean = true;
    for function in arguments {
        clean &= report(&function, &graph.reach(&function)?);
    }
    Ok(clean)
}

fn report(function: &str, reach: &Reach) -> bool {
    let total: u64 = reach.sections.iter().map(|section| section.size).sum();
    println!("{total:7} {function} and what it needs");
    for section in &reach.sections {
        println!("  {:7} {}", section.size, section.name);
    }
    let panics = reach.sections.iter().map(|section| section.name.as_str()).filter(|name| is_panic(name));
    let undefined = reach
        .undefined
        .iter()
        .map(String::as_str)
        .filter(|name| !LIBM.contains(name) && !MEMORY.contains(name));
    let faults: Vec<_> = panics
        .map(|name| format!("{function} can reach {name}"))
        .chain(undefined.map(|name| format!("{function} needs {name}, which is undefined")))
        .collect();
    for fault in &faults {
        println!("  FAILED: {fault}");
    }
    faults.is_empty()
}

fn is_panic(name: &str) -> bool {
    name.starts_with("core::panicking") || name.contains("rust_begin_unwind")
}
