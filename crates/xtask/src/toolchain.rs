//! The compiler for wasm32: found, or installed where that can be done.
//!
//! In this order: the toolchain in use already has the target; a Debian or Ubuntu whose `rustc-web`
//! package is there; rustup adds the target; apt installs Debian's packages. Debian ships no
//! compiled standard library for wasm32-unknown-unknown, so with its compiler the library is built
//! from its source package. That compiler is used for wasm builds only; the host's own Cargo
//! builds everything else.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{capture, command, path_with, step, succeeds, which};
use crate::{npm, tools};

/// The target of everything that runs in the page and in the sandbox.
pub const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_RUST: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];

/// A compiler for wasm32 and the environment that it wants.
pub struct Wasm {
    /// The Cargo to call.
    cargo: PathBuf,
    /// `cargo-clippy` where it is not a subcommand that this Cargo would find by itself.
    clippy: Option<PathBuf>,
    env: Vec<(String, OsString)>,
    /// What makes a build with this compiler different from a build with another.
    pub version: String,
}

impl Wasm {
    /// A call of this toolchain's Cargo.
    pub fn cargo(&self) -> Command {
        self.prepare(command(&self.cargo))
    }

    /// A call of this toolchain's Clippy.
    pub fn clippy(&self) -> Command {
        let Some(clippy) = &self.clippy else {
            let mut call = self.cargo();
            call.arg("clippy");
            return call;
        };
        // Run by its path: Cargo looks for subcommands in its own home first, and would find the
        // Clippy of another toolchain there.
        let mut call = self.prepare(command(clippy));
        call.arg("clippy").env("CARGO", &self.cargo);
        call
    }

    /// Gives any command that will call Cargo by itself (trunk does) this toolchain.
    pub fn prepare(&self, mut call: Command) -> Command {
        // The variables of rustup and of the Cargo that runs this program would win over ours.
        for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC"] {
            call.env_remove(name);
        }
        for (name, value) in &self.env {
            call.env(name, value);
        }
        call
    }
}

/// Finds the toolchain, installing it where it is missing and can be installed.
pub fn find_or_install() -> Result<Wasm> {
    if has_target()? {
        return plain();
    }
    if let Some(wasm) = debian()? {
        return Ok(wasm);
    }
    if which("rustup").is_some() && rustup_adds_target() && has_target()? {
        return plain();
    }
    if tools::can_apt() {
        step("install Debian's Rust for wasm32", || tools::apt_install(&DEBIAN_RUST))?;
        if let Some(wasm) = debian()? {
            return Ok(wasm);
        }
    }
    bail!(
        "Rust's standard library for wasm32 is missing: run `rustup target add {TARGET}`, or on \
         Debian, as root, `apt-get install {}`",
        DEBIAN_RUST.join(" ")
    )
}

fn rustup_adds_target() -> bool {
    println!("▸ add the wasm32 target with rustup");
    let added = succeeds(command("rustup").args(["target", "add", TARGET]));
    println!("{}", if added { "✓ added" } else { "· rustup cannot get it here; there is another way" });
    added
}

fn has_target() -> Result<bool> {
    let sysroot = capture(command("rustc").args(["--print", "sysroot"]))
        .context("Rust is missing: install it from your package manager or with rustup")?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// The toolchain in use, which knows the target.
fn plain() -> Result<Wasm> {
    let mut env = Vec::new();
    let clang = tools::clang()?;
    env.extend(clang.env());
    env.push(("PATH".into(), path_with(&[tools::bin(), npm::tools_bin()])?));
    let version = capture(command("rustc").arg("-vV"))?;
    Ok(Wasm { cargo: "cargo".into(), clippy: None, env, version })
}

/// Debian's toolchain, when its packages are installed.
fn debian() -> Result<Option<Wasm>> {
    let (Some(rustc), Some(cargo)) =
        (tools::file_of_package("rustc-web", "bin/rustc"), tools::file_of_package("cargo-web", "bin/cargo"))
    else {
        return Ok(None);
    };
    if tools::file_of_package("rust-web-src", "library/std/Cargo.toml").is_none() {
        return Ok(None);
    }
    let version = capture(command(&rustc).arg("-vV"))?;
    let llvm = llvm_major(&version).context("Debian's rustc does not say which LLVM it was built with")?.to_owned();
    let linker = format!("wasm-ld-{llvm}");
    let missing: Vec<String> =
        [("lld", linker.as_str()), ("clang", &format!("clang-{llvm}")), ("llvm", &format!("llvm-ar-{llvm}"))]
            .into_iter()
            .filter(|(_, program)| which(program).is_none())
            .map(|(package, _)| format!("{package}-{llvm}"))
            .collect();
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    if !missing.is_empty() {
        tools::apt_install_or_say(&missing, "the linker and C compiler of the wasm32 builds")?;
    }
    let clippy = tools::file_of_package("rust-web-clippy", "bin/cargo-clippy");
    if clippy.is_none() {
        tools::apt_install_or_say(&["rust-web-clippy"], "Clippy for the wasm32 target")?;
    }
    let clippy = tools::file_of_package("rust-web-clippy", "bin/cargo-clippy");

    let bin = cargo.parent().unwrap_or(Path::new("/usr/bin")).to_path_buf();
    let mut env: Vec<(String, OsString)> = vec![
        // Debian's compiler is a stable one; building the standard library is not stable.
        ("RUSTC_BOOTSTRAP".into(), "1".into()),
        ("RUSTC".into(), rustc.into()),
        ("CARGO_UNSTABLE_BUILD_STD".into(), "std,panic_abort".into()),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER".into(), linker.into()),
        ("PATH".into(), path_with(&[tools::bin(), npm::tools_bin(), bin])?),
    ];
    env.extend(tools::clang_of_llvm(&llvm).env());
    Ok(Some(Wasm { cargo, clippy, env, version }))
}

/// "22" of the line `LLVM version: 22.1.2`.
fn llvm_major(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::llvm_major;

    #[test]
    fn the_llvm_of_a_rustc_is_read_from_its_version() {
        let text = "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.2\n";
        assert_eq!(llvm_major(text), Some("22"));
        assert_eq!(llvm_major("rustc 1.96.0"), None);
    }
}
