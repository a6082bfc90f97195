use super::*;
use std::io::{Cursor, Read};

const HELLO: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: nodejs22.x
";

const DESTINATION: Destination<'_> = Destination { bucket: "artifacts", registry: "registry" };

fn built(files: &[(&str, &str)]) -> Build {
    build(&Project::from_texts("p", files.iter().copied()), DESTINATION).expect("the project can be built")
}

fn messages(diagnostics: &[Diagnostic]) -> Vec<(usize, &str)> {
    diagnostics.iter().map(|found| (found.line, found.message.as_str())).collect()
}

fn names(artifact: &Artifact) -> Vec<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(&artifact.bytes)).unwrap();
    (0..zip.len()).map(|index| zip.by_index(index).unwrap().name().unwrap().into_owned()).collect()
}

#[test]
fn code_becomes_an_archive_that_the_template_refers_to() {
    let build = built(&[("template.yaml", HELLO), ("src/app.mjs", "export {}"), ("src/lib/a.mjs", ""), ("x.md", "")]);
    let (key, artifact) = build.artifacts.iter().next().unwrap();
    assert_eq!(build.template["Resources"]["Hello"]["Properties"]["CodeUri"], format!("s3://artifacts/{key}"));
    assert_eq!(names(artifact), ["app.mjs", "lib/a.mjs"]);
    assert_eq!(build.warnings, []);
    let mut zip = zip::ZipArchive::new(Cursor::new(&artifact.bytes)).unwrap();
    let mut code = String::new();
    zip.by_name("app.mjs").unwrap().read_to_string(&mut code).unwrap();
    assert_eq!(code, "export {}");
}

#[test]
fn functions_of_the_same_folder_share_an_archive() {
    let template = "
Globals: {Function: {CodeUri: src, Timeout: 3}}
Resources:
  One: {Type: AWS::Serverless::Function}
  Two: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./src/}}
  Inline: {Type: AWS::Serverless::Function, Properties: {InlineCode: 'exports.handler = 1'}}
  Stored: {Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://bucket/key'}}
";
    let build = built(&[("template.yaml", template), ("src/app.js", "")]);
    let code = |name: &str| build.template["Resources"][name]["Properties"]["CodeUri"].clone();
    assert_eq!(build.artifacts.len(), 1);
    assert_eq!(code("One"), code("Two"));
    assert_eq!((code("Inline"), code("Stored")), (Value::Null, json!("s3://bucket/key")));
    assert_eq!(build.template["Globals"]["Function"], json!({"Timeout": 3}));
}

#[test]
fn lambda_functions_layers_and_definitions_are_packaged_too() {
    let template = "
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {Code: src}}
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: deps}, Metadata: {BuildMethod: nodejs22.x}}
  Api: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: api.yaml}}
";
    let files = [("src/a.js", "1"), ("deps/package.json", "{}"), ("api.yaml", "paths: {/: !Ref X}")];
    let build = built(&[&[("template.yaml", template)], &files[..]].concat());
    let properties = |name: &str| build.template["Resources"][name]["Properties"].clone();
    assert_eq!(properties("Fn")["Code"]["S3Bucket"], "artifacts");
    assert_eq!(properties("Api"), json!({"DefinitionBody": {"paths": {"/": {"Ref": "X"}}}}));
    let layer = properties("Layer")["ContentUri"].as_str().unwrap().to_owned();
    assert_eq!(names(&build.artifacts[layer.trim_start_matches("s3://artifacts/")]), ["nodejs/package.json"]);
}

#[test]
fn missing_dependencies_are_said_but_stop_nothing() {
    let package = r#"{"dependencies": {"axios": "1", "@aws-sdk/client-s3": "3", "uuid": "9"}}"#;
    let build = built(&[
        ("template.yaml", HELLO),
        ("src/app.mjs", ""),
        ("src/package.json", package),
        ("src/node_modules/uuid/package.json", "{}"),
    ]);
    let expected =
        "npm does not run here: axios will not be found. Put node_modules into the project, or bundle the code.";
    assert_eq!(messages(&build.warnings), [(6, expected)]);
    let program = [("template.yaml", HELLO), ("src/bootstrap", ""), ("src/package.json", package), ("src/a.ts", "")];
    assert_eq!(check(&Project::from_texts("p", program)), []);
    let files = [("template.yaml", HELLO), ("src/package.json", package)];
    assert_eq!(check(&Project::from_texts("p", files)).len(), 1);
}

#[test]
fn what_cannot_be_built_is_said_at_its_line() {
    let refused = |files: &[(&str, &str)]| {
        let diagnostics = build(&Project::from_texts("p", files.iter().copied()), DESTINATION).unwrap_err();
        messages(&diagnostics).iter().map(|(line, message)| format!("{line}: {message}")).collect::<Vec<_>>()
    };
    assert_eq!(refused(&[("template.yaml", HELLO)]), ["6: There is no folder src/ in the project, or it is empty."]);
    assert!(refused(&[("app.js", "")])[0].starts_with("1: The project has no template"));
    assert!(refused(&[("template.yaml", "a: [")])[0].contains("Template format error"));
    let bundled = format!("{HELLO}    Metadata:\n      BuildMethod: esbuild\n");
    assert!(refused(&[("template.yaml", &bundled), ("src/a.ts", "")])[0].starts_with("6: BuildMethod esbuild needs"));
}

#[test]
fn an_image_is_an_archive_of_the_project_or_lies_in_a_registry() {
    let template = "
Resources:
  App: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: ./image.tar}}
  Fn: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: image.tar}}}
  Pushed: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: 'host/app:1'}}
";
    let build = built(&[("template.yaml", template), ("image.tar", "archive")]);
    let properties = |name: &str| build.template["Resources"][name]["Properties"].clone();
    let image = &build.images[0];
    assert_eq!((build.images.len(), &image.bytes[..]), (2, &b"archive"[..]));
    assert_eq!(properties("App")["ImageUri"], format!("registry/p/app:{}", image.tag));
    assert_eq!(properties("Fn")["Code"]["ImageUri"], format!("registry/p/fn:{}", image.tag));
    assert_eq!(properties("Pushed")["ImageUri"], "host/app:1");

    let refused = |properties: &str, metadata: &str| {
        let resource = format!("{{Type: AWS::Serverless::Function, Properties: {properties}, Metadata: {metadata}}}");
        let template = format!("Resources:\n  App: {resource}");
        let project = Project::from_texts("p", [("template.yaml", template.as_str())]);
        build_of(&project).unwrap_err()[0].message.clone()
    };
    let missing = refused("{PackageType: Image, ImageUri: gone.tar}", "{}");
    assert_eq!(missing, "There is no file gone.tar in the project.");
    let dockerfile = refused("{PackageType: Image}", "{Dockerfile: Dockerfile}");
    assert!(dockerfile.starts_with("Docker does not run here"), "{dockerfile}");
}

fn build_of(project: &Project) -> Result<Build, Vec<Diagnostic>> {
    build(project, DESTINATION)
}
