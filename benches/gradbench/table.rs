//! Prints what was measured, as a table in Markdown.
use crate::case::Case;
use crate::measure::Timing;

/// Prints the heads of the columns.
pub fn print_head(counts: bool) {
    let (heads, rules) = if counts {
        (
            " instructions: value | by hand / value | generated / value | generated / hand |",
            " ---: | ---: | ---: | ---: |",
        )
    } else {
        ("", "")
    };
    println!(
        "| workload | size | value | by hand | / value | generated | / value | generated / hand |{heads}\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |{rules}"
    );
}

/// Prints the line of a case.
pub fn print(case: &Case, timings: &[Timing], counts: Option<&[u64]>) {
    let [value, hand, generated] = timings else { return };
    print!(
        "| {} | {} | {} | {} | {:.2} | {} | {:.2} | {:.2} |",
        case.workload,
        case.size,
        time(value.nanoseconds),
        time(hand.nanoseconds),
        hand.by_value,
        time(generated.nanoseconds),
        generated.by_value,
        generated.by_hand,
    );
    if let Some(&[value, hand, generated]) = counts {
        let (per_value, per_hand) =
            (|count: u64| count as f64 / value as f64, generated as f64 / hand as f64);
        print!(" {value} | {:.2} | {:.2} | {per_hand:.2} |", per_value(hand), per_value(generated));
    }
    println!();
}

fn time(nanoseconds: f64) -> String {
    let (scale, unit) = match nanoseconds {
        0.0..1e3 => (1.0, "ns"),
        1e3..1e6 => (1e3, "us"),
        _ => (1e6, "ms"),
    };
    let digits = if nanoseconds / scale < 10.0 { 2 } else { 1 };
    format!("{:.digits$} {unit}", nanoseconds / scale)
}
