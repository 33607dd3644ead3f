//! The programs by theme.

mod adaptors;
mod arrays;
mod branches;
mod calls;
mod closures;
mod contracts;
mod counting;
mod enums;
mod fallible;
mod functions;
mod iterators;
mod jumps;
mod kinks;
mod loops;
mod matching;
mod mutation;
mod places;
mod precision;
mod recursion;
mod returns;
mod rules;
mod scalars;
mod sequences;
mod services;
mod siblings;
mod slices;
