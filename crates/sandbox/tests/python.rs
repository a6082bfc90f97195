//! The Python image against its cases: see `corpus/mod.rs`.

#![expect(clippy::disallowed_methods, reason = "the cases are files, and the runner has settings")]

mod corpus;
mod function;

#[test]
fn every_case_of_the_corpus_answers_as_expected() {
    corpus::check_all(&function::Runtime { image: "python", identifier: "python3.13", handler: "index.handler" });
}
