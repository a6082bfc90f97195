//! `build`: the guests, the editor, the page and the native host, each only when its inputs have
//! changed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process::{cargo, command, fresh, root, run as call, step};
use crate::toolchain::{TARGET, Wasm};
use crate::{npm, precache, setup, stamp, tools};

/// An image that runs in the sandbox: its folder in `crates/runtimes`, which is also the name of its file.
struct Guest {
    name: &'static str,
    /// What Cargo is called with. A guest that is a workspace of its own has its link arguments in its own
    /// `.cargo/config.toml`.
    own_workspace: bool,
    /// Whether wasm-opt treats it, which takes many minutes for a large one.
    optimised: bool,
}

/// The guests.
const GUESTS: [Guest; 2] = [
    Guest { name: "nodejs", own_workspace: false, optimised: true },
    Guest { name: "python", own_workspace: true, optimised: false },
];

/// The guest's stack, of which its engine uses half, and the stack pointer for whoever takes a
/// snapshot.
const GUEST_LINK: [&str; 2] = ["-Clink-arg=-zstack-size=1048576", "-Clink-arg=--export=__stack_pointer"];

/// How much a build of the page is worth.
#[derive(Clone, Copy)]
pub enum Effort {
    /// What visitors get: the profile `web`, then wasm-opt.
    Full,
    /// For trying a change: the profile `quick`, which compiles again only what has changed.
    Quick,
}

/// Builds what the options name; everything when there are none.
pub fn run(args: &[String]) -> Result<()> {
    let (mut page, mut host, mut guests) = (false, false, false);
    let mut effort = Effort::Full;
    for arg in args {
        match arg.as_str() {
            "--page" => page = true,
            "--host" => host = true,
            "--guests" => guests = true,
            "--quick" => effort = Effort::Quick,
            other => bail!("build does not know `{other}`: it takes --page, --host, --guests and --quick"),
        }
    }
    let everything = !(page || host || guests);
    let wasm = setup::for_builds()?;
    let _alone = alone()?;
    self::guests(&wasm)?;
    if everything || page {
        self::page(&wasm, effort)?;
    }
    if everything || host {
        self::host()?;
    }
    Ok(())
}

/// Waits until no other build runs: they write to the same places.
pub fn alone() -> Result<File> {
    let folder = root().join("target/xtask");
    fs::create_dir_all(&folder)?;
    let lock = File::create(folder.join("build.lock"))?;
    if lock.try_lock().is_err() {
        println!("▸ another build is running; waiting for it");
        lock.lock().context("cannot lock target/xtask/build.lock")?;
    }
    Ok(lock)
}

/// The guests, into target/guests.
pub fn guests(wasm: &Wasm) -> Result<()> {
    GUESTS.iter().try_for_each(|guest| self::guest(wasm, guest))
}

fn guest(wasm: &Wasm, guest: &Guest) -> Result<()> {
    let source = format!("crates/runtimes/{}", guest.name);
    let code = stamp::of(&inputs(guest, &source), &[&wasm.version])?;
    let digest = stamp::of(&["crates/sandbox"], &[&code])?;
    let kept = stamp::file(&format!("guest-{}", guest.name));
    let result = guest_file(guest.name);
    let what = format!("guest {}", guest.name);
    if result.exists() && stamp::is_fresh(&kept, &digest) {
        fresh(&what);
        return Ok(());
    }
    step(&what, || {
        let small = small(wasm, guest, &source, &code)?;
        fs::create_dir_all(guests_folder())?;
        bake(&small, &result)?;
        stamp::write(&kept, &digest)
    })
}

/// What a guest's code depends on. Its image depends on the sandbox, too, in which it boots.
fn inputs<'a>(guest: &Guest, source: &'a str) -> Vec<&'a str> {
    if guest.own_workspace { vec![source] } else { vec![source, "Cargo.toml", "Cargo.lock"] }
}

/// The guest before it has booted, compiled and made small. It lies in the user's cache, named by what it was
/// made of, so that a fresh clone does not spend the quarter of an hour that Python's takes.
fn small(wasm: &Wasm, guest: &Guest, source: &str, code: &str) -> Result<PathBuf> {
    let cache = tools::cache().join("guests");
    let small = cache.join(format!("{}-{code}.wasm", guest.name));
    if small.exists() {
        return Ok(small);
    }
    let package = format!("runtime-{}", guest.name);
    let target = root().join("target").join(if guest.own_workspace { guest.name } else { "" });
    let built = target.join(TARGET).join("guest").join(format!("{}.wasm", package.replace('-', "_")));
    let mut cargo = wasm.cargo();
    if guest.own_workspace {
        cargo.current_dir(root().join(source)).env("CARGO_TARGET_DIR", &target);
        // Some of its crates ask for a newer compiler than they need.
        cargo.args(["build", "--locked", "--ignore-rust-version", "--profile", "guest", "--target", TARGET]);
        call(&mut cargo)?;
    } else {
        cargo.args(["rustc", "--profile", "guest", "--target", TARGET, "--package", &package, "--"]);
        call(cargo.args(GUEST_LINK))?;
    }
    fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
    // Written beside the result and renamed: another clone may be looking for it right now.
    let partial = small.with_extension(format!("{}.partial", std::process::id()));
    if guest.optimised {
        optimise(&built, &partial)?;
    } else {
        fs::copy(&built, &partial)?;
    }
    fs::rename(&partial, &small).with_context(|| format!("cannot write {}", small.display()))?;
    keep_newest(&cache, &format!("{}-", guest.name))?;
    Ok(small)
}

/// Leaves the few newest files whose names begin with `prefix`: older ones are of code that nobody builds any more.
fn keep_newest(folder: &Path, prefix: &str) -> Result<()> {
    const KEPT: usize = 8;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    files.sort();
    let old = files.len().saturating_sub(KEPT);
    files[..old].iter().try_for_each(|(_, path)| Ok(fs::remove_file(path)?))
}

/// `wasm-opt -O3`: the same speed, about a tenth smaller.
fn optimise(from: &Path, to: &Path) -> Result<()> {
    call(command(npm::tools_bin().join("wasm-opt")).args(["-O3", "--strip-debug"]).arg(from).arg("-o").arg(to))
}

/// Boots the guest once and keeps that in the file: a page would wait for it otherwise.
fn bake(from: &Path, to: &Path) -> Result<()> {
    // Written beside the result and renamed, so that a reader never sees half of it.
    let partial = to.with_extension("wasm.partial");
    let tool = ["run", "--quiet", "--package", "sandbox", "--example", "bake", "--"];
    call(cargo().args(tool).arg(from).arg(&partial))?;
    fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))
}

/// The folder of the built guests; tests find them by the variable `SAMLET_GUESTS`.
pub fn guests_folder() -> PathBuf {
    root().join("target/guests")
}

fn guest_file(name: &str) -> PathBuf {
    guests_folder().join(format!("{name}.wasm"))
}

/// The page, into dist/.
pub fn page(wasm: &Wasm, effort: Effort) -> Result<()> {
    let options: &[&str] = match effort {
        Effort::Full => &["--release"],
        Effort::Quick => &["--cargo-profile", "quick"],
    };
    let inputs = page_inputs()?;
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let digest = stamp::of(&inputs, &[&[wasm.version.as_str()], options].concat())?;
    let kept = stamp::file("page");
    if root().join("dist/index.html").exists() && stamp::is_fresh(&kept, &digest) {
        fresh("page");
        return Ok(());
    }
    step("editor", || npm::script(npm::PAGE, "build"))?;
    step("fetch the crates", || call(wasm.cargo().args(["fetch", "--quiet", "--target", TARGET])))?;
    step("page", || {
        let mut trunk = wasm.prepare(command(tools::bin().join("trunk")));
        // A failure of its own is a sentence; a trace of trunk's internals helps nobody here.
        trunk.env("RUST_BACKTRACE", "0");
        // Trunk takes only `true` and `false` in it, and fails on the usual `1`.
        trunk.env_remove("NO_COLOR");
        call(trunk.args(["build", "--offline"]).args(options))
    })?;
    precache::write()?;
    stamp::write(&kept, &digest)
}

/// What the page is made of: everything but the crates that run on the host alone.
fn page_inputs() -> Result<Vec<String>> {
    const NOT_IN_THE_PAGE: [&str; 3] = ["runtimes", "server", "xtask"];
    let mut inputs =
        ["Cargo.toml", "Cargo.lock", "Trunk.toml", "web", "static", "target/guests"].map(String::from).to_vec();
    for entry in fs::read_dir(root().join("crates"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !NOT_IN_THE_PAGE.contains(&name.as_str()) {
            inputs.push(format!("crates/{name}"));
        }
    }
    inputs.sort();
    Ok(inputs)
}

/// The native host, into target/release/samlet.
pub fn host() -> Result<()> {
    step("native host", || call(cargo().args(["build", "--release", "--package", "server"])))
}
