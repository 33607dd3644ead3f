//! Times kernels: the value, the gradient by hand, the gradient generated, and other tools.
//!
//! ```text
//! cargo bench --bench kernels                        all kernels
//! cargo bench --bench kernels -- heat arm            those whose name contains one of the words
//! cargo bench --bench kernels -- --counts            instruction counts as well (needs valgrind)
//! cargo bench --bench kernels -- --rounds 5          fewer rounds, more noise
//! ```

mod case;
mod cases;
mod counts;
mod measure;
mod peers;
mod random;
mod table;

use std::process::ExitCode;

use case::Case;

/// What the command line asks for.
struct Options {
    rounds: usize,
    counts: bool,
    filters: Vec<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, kernel, variant] = arguments.as_slice()
        && mode == counts::COUNT_ONLY
    {
        cases::all()
            .iter()
            .filter(|case| case.name == kernel)
            .for_each(|case| counts::run_counted(case, variant));
        return ExitCode::SUCCESS;
    }
    match options(&arguments) {
        Ok(options) => run(&options),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { rounds: 31, counts: false, filters: Vec::new() };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo itself passes this one.
            "--bench" => {}
            "--counts" => options.counts = true,
            "--rounds" => {
                let count = arguments.next().and_then(|count| count.parse().ok()).filter(|&count| count > 0);
                options.rounds = count.ok_or("--rounds needs a number above 0")?;
            }
            flag if flag.starts_with('-') => return Err(format!("unknown flag {flag}")),
            word => options.filters.push(word.to_lowercase()),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> ExitCode {
    let wanted = |case: &Case| {
        let name = case.name.to_lowercase();
        options.filters.is_empty() || options.filters.iter().any(|word| name.contains(word))
    };
    table::print_head(options.counts);
    for case in cases::all().iter().filter(|case| wanted(case)) {
        let timings = measure::measure(case, options.rounds);
        match count(case, options.counts) {
            Ok(counts) => table::print(case.name, case.known, &timings, &counts),
            Err(message) => {
                eprintln!("{message}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// The instruction counts of all variants but the peers, whose allocations take valgrind minutes to follow.
fn count(case: &Case, wanted: bool) -> Result<Vec<Option<u64>>, String> {
    let ours = ["value", "by hand", "by geometry", "generated"];
    let count = |name| counts::count(case.name, name).map(Some);
    case.variants
        .iter()
        .map(|variant| if wanted && ours.contains(&variant.name) { count(variant.name) } else { Ok(None) })
        .collect()
}
