use std::collections::BTreeMap;

use serde_json::Value;

/// What Lambda's own Node.js runtimes bring along, and DAX's client, whose protocol a page cannot speak.
const BUILT_IN: [&str; 3] = ["@aws-sdk/", "@smithy/", "@amazon-dax-sdk/"];

/// Why a folder of Node.js code will probably not run as it is.
pub fn problems(files: &BTreeMap<String, &[u8]>) -> Vec<String> {
    // A program of its own runs there; what else the folder has, it was made of.
    if ["bootstrap", "bootstrap.wasm"].iter().any(|name| files.contains_key(*name)) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let package = files.get("package.json").and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    let missing: Vec<_> = dependencies(package.as_ref()).filter(|name| !is_there(name, files)).collect();
    if !missing.is_empty() {
        problems.push(format!(
            "npm does not run here: {} will not be found. Put node_modules into the project, or bundle the code.",
            missing.join(", "),
        ));
    }
    let of_type = |extension: &str| files.keys().find(|path| path.ends_with(extension) && !is_installed(path));
    let has_javascript = [".js", ".mjs", ".cjs"].into_iter().any(|extension| of_type(extension).is_some());
    if let Some(path) = of_type(".ts").filter(|_| !has_javascript) {
        problems.push(format!("{path} is TypeScript, which Lambda does not run: compile it to JavaScript first."));
    }
    problems
}

fn dependencies(package: Option<&Value>) -> impl Iterator<Item = &str> {
    let dependencies = package.and_then(|package| package.get("dependencies")?.as_object());
    dependencies.into_iter().flat_map(|dependencies| dependencies.keys().map(String::as_str))
}

fn is_there(name: &str, files: &BTreeMap<String, &[u8]>) -> bool {
    let is_built_in = name == "aws-sdk" || BUILT_IN.iter().any(|prefix| name.starts_with(prefix));
    is_built_in || files.contains_key(&format!("node_modules/{name}/package.json"))
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}
