//! Adapters: on a source they are sources again, on stages they are stages.

use syn::{Expr, ExprMethodCall};

use super::super::Lower;
use super::super::stmt::strip;
use super::source::is_source;
use super::{Chain, Source, Stage};

impl Lower<'_> {
    /// A chain with one more adapter.
    pub fn adapted(&mut self, mut chain: Chain, call: &ExprMethodCall) -> Option<Chain> {
        let name = call.method.to_string();
        if let ("scan", [start, function]) = (name.as_str(), &call.args.iter().collect::<Vec<_>>()[..]) {
            let state = self.pseudo("state");
            chain.stages.push(Stage::Scan(state, (*start).clone(), (*function).clone()));
            return Some(chain);
        }
        let argument = call.args.first();
        match (name.as_str(), argument) {
            ("iter" | "into_iter" | "by_ref" | "peekable" | "fuse", None) => return Some(chain),
            ("chain", Some(other)) => return self.followed(chain, other),
            ("rev", None) => return reversed(chain),
            ("zip", Some(other)) => return self.zipped(chain, other),
            _ => {}
        }
        if !chain.stages.is_empty() || matches!(chain.source, Source::Chain(..)) {
            chain.stages.push(self.stage(&name, argument)?);
            return Some(chain);
        }
        let source = Box::new(chain.source.clone());
        chain.source = match (name.as_str(), argument) {
            ("cycle", None) => Source::Cycle(source),
            ("enumerate", None) => Source::Enumerate(source),
            ("copied" | "cloned", None) => Source::Copied(source),
            ("skip", Some(count)) => Source::Skip(source, self.count(count)),
            ("take", Some(count)) => Source::Take(source, self.count(count)),
            ("step_by", Some(count)) => Source::StepBy(source, self.count(count)),
            ("map", Some(function)) if !gives_iterators(function) => Source::Map(source, function.clone()),
            _ => {
                chain.stages.push(self.stage(&name, argument)?);
                *source
            }
        };
        Some(chain)
    }

    /// `a.chain(b)`
    fn followed(&mut self, chain: Chain, other: &Expr) -> Option<Chain> {
        let written = chain.written.clone();
        let other = self.chain(other)?;
        let source = Source::Chain(Box::new(chain), Box::new(other));
        Some(Chain { written, source, stages: Vec::new() })
    }

    /// `a.zip(b)`: two sources are one; else one of them is counted through beside the other.
    fn zipped(&mut self, mut chain: Chain, other: &Expr) -> Option<Chain> {
        let other = self.chain(other)?;
        let is_source = |chain: &Chain| chain.stages.is_empty() && !matches!(chain.source, Source::Chain(..));
        match (is_source(&chain), is_source(&other)) {
            (true, true) => chain.source = Source::Zip(Box::new(chain.source), Box::new(other.source)),
            (false, true) => {
                let counter = self.pseudo("counter");
                chain.stages.push(Stage::Zip(counter, Box::new(other.source)));
            }
            (true, false) => {
                let counter = self.pseudo("counter");
                let first = Box::new(chain.source);
                chain = Chain { written: chain.written, ..other };
                chain.stages.push(Stage::ZipFirst(counter, first));
            }
            (false, false) => return None,
        }
        Some(chain)
    }

    fn stage(&mut self, name: &str, argument: Option<&Expr>) -> Option<Stage> {
        Some(match (name, argument) {
            ("map", Some(function)) => Stage::Map(function.clone()),
            ("filter", Some(function)) => Stage::Filter(function.clone()),
            ("take_while", Some(function)) => Stage::TakeWhile(function.clone()),
            ("skip_while", Some(function)) => Stage::SkipWhile(self.pseudo("skipping"), function.clone()),
            ("flat_map", Some(function)) => Stage::FlatMap(function.clone()),
            ("filter_map", Some(function)) => Stage::FilterMap(function.clone()),
            ("map_while", Some(function)) => Stage::MapWhile(function.clone()),
            ("inspect", Some(function)) => Stage::Inspect(function.clone()),
            ("flatten", None) => Stage::Flatten,
            ("copied" | "cloned", None) => Stage::Copied,
            ("enumerate", None) => Stage::Enumerate(self.pseudo("counter")),
            ("skip", Some(count)) => Stage::Skip(self.pseudo("counter"), self.count(count)),
            ("take", Some(count)) => Stage::Take(self.pseudo("counter"), self.count(count)),
            ("step_by", Some(count)) => Stage::StepBy(self.pseudo("counter"), self.count(count)),
            _ => return None,
        })
    }
}

/// `rev()`: of stages that see one element after the other and remember none, it's their source that is reversed.
fn reversed(mut chain: Chain) -> Option<Chain> {
    let remembers_nothing = |stage: &Stage| {
        matches!(
            stage,
            Stage::Map(_) | Stage::Filter(_) | Stage::FilterMap(_) | Stage::Inspect(_) | Stage::Copied
        )
    };
    if !chain.stages.iter().all(remembers_nothing) {
        return None;
    }
    chain.source = match chain.source {
        Source::Chain(a, b) => Source::Chain(Box::new(reversed(*b)?), Box::new(reversed(*a)?)),
        source => Source::Rev(Box::new(source)),
    };
    Some(chain)
}

/// Whether a closure's value is a lazy iterator itself.
fn gives_iterators(function: &Expr) -> bool {
    let Expr::Closure(closure) = strip(function) else { return false };
    matches!(strip(&closure.body), Expr::MethodCall(call) if is_source(&call.method.to_string(), call.args.len()))
}
