//! `bench sam`: the SAM transform against AWS's own translator, template by template.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::process::{capture, cargo, command, run as call, step};
use crate::{python, tools};

const TRANSLATOR: &str = "aws-sam-translator==1.110.0";

/// Measures both with the data of `conformance sam`, and prints how many times faster ours is.
pub fn run(args: &[String]) -> Result<()> {
    let [flag, folder] = args else { anyhow::bail!("usage: cargo xtask bench sam --path DIR") };
    ensure!(flag == "--path", "usage: cargo xtask bench sam --path DIR");
    let mut example = cargo();
    example.args(["run", "--quiet", "--release", "--package", "sam", "--example", "bench", "--", folder]);
    let ours = figures(&capture(&mut example)?);
    let mut peer = command(peer()?.join("bin/python"));
    let theirs = figures(&capture(peer.args(["tests/bench/sam.py", folder]))?);
    let mut ratios: Vec<f64> = ours.iter().filter_map(|(name, ours)| Some(theirs.get(name)? / ours)).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = *ratios.get(ratios.len() / 2).context("nothing was measured on both sides")?;
    println!("templates measured on both sides: {}", ratios.len());
    println!("the translator takes {:.0} times as long in the middle, {:.0} times at least", middle, ratios[0]);
    Ok(())
}

/// An environment with the translator, beside the packages of the client tests.
fn peer() -> Result<PathBuf> {
    let folder = tools::cache().join("translator");
    if !Path::new(&folder).join("complete").exists() {
        let base = python::environment()?.join("bin/python");
        step("install AWS's translator", || {
            call(command(&base).args(["-m", "venv", "--clear"]).arg(&folder))?;
            let pip = ["-m", "pip", "install", "--quiet", TRANSLATOR, "pyyaml"];
            call(command(folder.join("bin/python")).args(pip))?;
            Ok(std::fs::write(folder.join("complete"), "")?)
        })?;
    }
    Ok(folder)
}

/// Lines of `TEMPLATE MICROSECONDS`.
fn figures(lines: &str) -> BTreeMap<String, f64> {
    let figure = |line: &str| {
        let (name, micros) = line.split_once(' ')?;
        Some((name.to_owned(), micros.parse().ok()?))
    };
    lines.lines().filter_map(figure).collect()
}
