//! The Python of the client tests: boto3, the AWS CLI and pytest in an environment of their own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::process::{command, run, step, succeeds, which};
use crate::{stamp, tools};

/// The packages with their versions. The Python image takes from them what Lambda's runtimes bring along.
pub const REQUIREMENTS: &str = "tests/clients/requirements.txt";

/// The environment's folder; its name holds a digest of the requirements, so that another set of
/// requirements is another environment.
pub fn environment() -> Result<PathBuf> {
    let digest = stamp::of(&[REQUIREMENTS], &[])?;
    let folder = tools::cache().join(format!("clients-{digest}"));
    let done = folder.join("complete");
    if done.exists() {
        return Ok(folder);
    }
    let Some(python) = ["python3", "python"].into_iter().find_map(which) else {
        bail!("Python 3 is missing: install it from your package manager");
    };
    step("install boto3 and the AWS CLI for the client tests", || {
        let create = |python: &PathBuf| succeeds(command(python).args(["-m", "venv", "--clear"]).arg(&folder));
        if !create(&python) {
            tools::apt_install_or_say(&["python3-venv"], "Python's venv module")?;
            if !create(&"/usr/bin/python3".into()) {
                bail!("Python cannot create a virtual environment");
            }
        }
        run(command(folder.join("bin/python")).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--requirement",
            REQUIREMENTS,
        ]))?;
        stamp::write(&done, &digest)
    })?;
    Ok(folder)
}

/// The folder of the environment's packages.
pub fn packages() -> Result<PathBuf> {
    let library = environment()?.join("lib");
    for entry in fs::read_dir(&library).with_context(|| format!("cannot list {}", library.display()))? {
        let packages = entry?.path().join("site-packages");
        if packages.is_dir() {
            return Ok(packages);
        }
    }
    bail!("{} holds no packages", library.display())
}
