//! Compiles the Python files of the image: the part of the standard library that `stdlib.txt` names, and
//! the folders `os` and `lib`, which go before it.

use rustpython_compiler::{CompileOpts, Mode, compile};
use rustpython_compiler_core::bytecode::CodeObject;
use rustpython_compiler_core::frozen::{FrozenCodeObject, FrozenLib, FrozenModule};
use rustpython_compiler_core::marshal;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where Lambda has the standard library: stack traces show it.
const LIBRARY: &str = "/var/lang/lib/python3.14";
/// Where Lambda has the bootstrap and the SDK.
const RUNTIME: &str = "/var/runtime";

/// The variable that names the folder of installed packages.
const PACKAGES: &str = "SAMLET_PYTHON_PACKAGES";

/// The file of each module, whether it is a package, and the name of the file in a function's eyes.
type Modules = BTreeMap<String, (PathBuf, bool, String)>;

fn main() -> Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let list = fs::read_to_string(here.join("stdlib.txt"))?;
    let mut modules = Modules::new();
    let standard = PathBuf::from(rustpython_pylib::LIB_PATH);
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        add_named(&standard, line, &mut modules)?;
    }
    for (folder, shown) in [("os", LIBRARY), ("lib", RUNTIME)] {
        add_folder(&here.join(folder), "", shown, &mut modules)?;
        println!("cargo:rerun-if-changed={folder}");
    }
    // Packages that Lambda's runtimes bring along with boto3; a check of the code alone goes without them.
    println!("cargo:rerun-if-env-changed={PACKAGES}");
    if let Some(packages) = env::var_os(PACKAGES) {
        for name in ["dateutil", "jmespath", "six.py", "urllib3"] {
            let path = PathBuf::from(&packages).join(name);
            let module = name.trim_end_matches(".py");
            if path.is_dir() {
                add_folder(&path, module, &format!("{RUNTIME}/{name}"), &mut modules)?;
            } else {
                modules.insert(module.to_owned(), (path, false, format!("{RUNTIME}/{name}")));
            }
        }
    }
    println!("cargo:rerun-if-changed=stdlib.txt");
    println!("cargo:rerun-if-changed=build.rs");

    let compiled: Vec<(String, FrozenModule<Vec<u8>>)> =
        modules.into_iter().map(|(name, module)| Ok((name, frozen(module)?))).collect::<Result<_>>()?;
    let entries = compiled.iter().map(|(name, module)| {
        let code = FrozenCodeObject { bytes: module.code.bytes.as_slice() };
        (name.as_str(), FrozenModule { code, package: module.package })
    });
    let library = FrozenLib::encode(entries);
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("library.bin"), library.bytes)?;
    Ok(())
}

/// Adds what a line of the list names: a module, or a package with all that is in it (`name/`).
fn add_named(standard: &Path, line: &str, modules: &mut Modules) -> Result<()> {
    let path = line.trim_end_matches('/').replace('.', "/");
    let folder = standard.join(&path);
    if line.ends_with('/') {
        return add_folder(&folder, &path.replace('/', "."), &format!("{LIBRARY}/{path}"), modules);
    }
    let file = standard.join(format!("{path}.py"));
    if file.is_file() {
        modules.insert(line.to_owned(), (file, false, format!("{LIBRARY}/{path}.py")));
    } else {
        let file = folder.join("__init__.py");
        if !file.is_file() {
            return Err(format!("the standard library has no module {line}").into());
        }
        modules.insert(line.to_owned(), (file, true, format!("{LIBRARY}/{path}/__init__.py")));
    }
    Ok(())
}

/// Adds every Python file below a folder.
fn add_folder(folder: &Path, package: &str, shown: &str, modules: &mut Modules) -> Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    for path in entries {
        let (Some(name), Some(stem)) = (text(path.file_name()), text(path.file_stem())) else { continue };
        let inside = |name: &str| if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") };
        if path.is_dir() {
            if name != "tests" && name != "test" && name != "__pycache__" {
                add_folder(&path, &inside(&name), &format!("{shown}/{name}"), modules)?;
            }
        } else if name == "__init__.py" {
            modules.insert(package.to_owned(), (path, true, format!("{shown}/{name}")));
        } else if name.ends_with(".py") {
            modules.insert(inside(&stem), (path, false, format!("{shown}/{name}")));
        }
    }
    Ok(())
}

fn text(name: Option<&std::ffi::OsStr>) -> Option<String> {
    name.and_then(|name| name.to_str()).map(str::to_owned)
}

fn frozen((path, package, shown): (PathBuf, bool, String)) -> Result<FrozenModule<Vec<u8>>> {
    let source = fs::read_to_string(&path)?;
    // Columns are for carets below source lines, and the image has no source lines. Docstrings are left out.
    let options = CompileOpts { debug_ranges: false, optimize: 2, ..CompileOpts::default() };
    let code = compile(&source, Mode::Exec, &shown, options).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(FrozenModule { code: FrozenCodeObject { bytes: stored(&code) }, package })
}

/// A code object in the form that the interpreter reads: an LZ4 block with its size before it. It holds
/// everything as literals, since what compresses the whole image later does that better.
fn stored(code: &CodeObject) -> Vec<u8> {
    let mut data = Vec::new();
    marshal::serialize_code(&mut data, code);
    // An unsized number never fails to fit: no module is 4 GB large.
    let mut bytes = u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    if data.len() < 15 {
        bytes.push((data.len() as u8) << 4);
    } else {
        bytes.push(0xf0);
        let mut rest = data.len() - 15;
        while rest >= 255 {
            bytes.push(255);
            rest -= 255;
        }
        bytes.push(rest as u8);
    }
    bytes.extend_from_slice(&data);
    bytes
}
