//! The command line.

use std::{collections::BTreeMap, ffi::OsString, net::IpAddr, path::PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

/// What is asked for.
pub enum Command {
    Serve(Serve),
    Deploy(Deploy),
    Invoke(Invoke),
    Transform(Transform),
    Help,
    Version,
}

/// Where a cloud keeps its data and finds its runtimes.
#[derive(Default)]
pub struct Place {
    pub data: Option<PathBuf>,
    pub guests: Option<PathBuf>,
}

pub struct Serve {
    pub projects: Vec<PathBuf>,
    pub host: IpAddr,
    pub port: u16,
    pub place: Place,
}

pub struct Deploy {
    pub project: PathBuf,
    pub stack: Option<String>,
    pub parameters: BTreeMap<String, String>,
    pub endpoint: Option<String>,
    pub place: Place,
}

pub struct Invoke {
    pub function: String,
    pub event: Option<PathBuf>,
    pub endpoint: Option<String>,
    pub place: Place,
}

pub struct Transform {
    pub file: PathBuf,
    pub parameters: BTreeMap<String, String>,
    pub region: String,
}

/// Everything that any command takes.
#[derive(Default)]
struct Given {
    words: Vec<OsString>,
    options: BTreeMap<&'static str, OsString>,
    parameters: BTreeMap<String, String>,
}

/// The options with a value, and the commands that take them.
const OPTIONS: [(&str, &[&str]); 9] = [
    ("port", &["serve"]),
    ("host", &["serve"]),
    ("data", &["serve", "deploy", "invoke"]),
    ("guests", &["serve", "deploy", "invoke"]),
    ("endpoint", &["deploy", "invoke"]),
    ("stack", &["deploy"]),
    ("parameter", &["deploy", "transform"]),
    ("event", &["invoke"]),
    ("region", &["transform"]),
];

/// The port that `serve` takes when none is named.
const PORT: u16 = 4600;

/// Reads the command line of this process.
pub fn parse() -> Result<Command> {
    read(lexopt::Parser::from_env())
}

fn read(mut parser: lexopt::Parser) -> Result<Command> {
    let command = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Short('V') | Long("version")) => return Ok(Command::Version),
        Some(Value(word)) => word.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    let Some(given) = options(&mut parser, &command)? else { return Ok(Command::Help) };
    match command.as_str() {
        "serve" => serve(given),
        "deploy" => deploy(given),
        "invoke" => invoke(given),
        "transform" => transform(given),
        "help" => Ok(Command::Help),
        other => bail!("there is no command `{other}`; see samlet --help"),
    }
}

fn options(parser: &mut lexopt::Parser, command: &str) -> Result<Option<Given>> {
    let mut given = Given::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) => given.words.push(word),
            Short('h') | Long("help") => return Ok(None),
            Long(name) => {
                let known = OPTIONS.iter().find(|(known, _)| *known == name);
                let Some((name, _)) = known.filter(|(_, commands)| commands.contains(&command)) else {
                    bail!("samlet {command} has no option --{name}; see samlet --help");
                };
                let value = parser.value()?;
                if *name == "parameter" {
                    let text = value.to_string_lossy().into_owned();
                    let (name, value) = text.split_once('=').context("a parameter is written NAME=VALUE")?;
                    given.parameters.insert(name.to_owned(), value.to_owned());
                } else {
                    given.options.insert(name, value);
                }
            }
            other @ Short(_) => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(given))
}

impl Given {
    fn text(&mut self, name: &str) -> Option<String> {
        self.options.remove(name).map(|value| value.to_string_lossy().into_owned())
    }

    fn path(&mut self, name: &str) -> Option<PathBuf> {
        self.options.remove(name).map(PathBuf::from)
    }

    fn place(&mut self) -> Place {
        Place { data: self.path("data"), guests: self.path("guests") }
    }

    fn one_word(&mut self, what: &str) -> Result<OsString> {
        let [word] = <[OsString; 1]>::try_from(std::mem::take(&mut self.words))
            .map_err(|words| anyhow::anyhow!("expected one {what}, got {}", words.len()))?;
        Ok(word)
    }
}

fn serve(mut given: Given) -> Result<Command> {
    let host = given.text("host").unwrap_or_else(|| "127.0.0.1".to_owned());
    let host = host.parse().with_context(|| format!("`{host}` is no IP address"))?;
    let port = match given.text("port") {
        Some(port) => port.parse().with_context(|| format!("`{port}` is no port"))?,
        None => PORT,
    };
    let place = given.place();
    let projects = given.words.into_iter().map(PathBuf::from).collect();
    Ok(Command::Serve(Serve { projects, host, port, place }))
}

fn deploy(mut given: Given) -> Result<Command> {
    let project = given.one_word("folder")?.into();
    let (stack, endpoint) = (given.text("stack"), given.text("endpoint"));
    let place = given.place();
    Ok(Command::Deploy(Deploy { project, stack, parameters: given.parameters, endpoint, place }))
}

fn invoke(mut given: Given) -> Result<Command> {
    let function = given.one_word("function")?.to_string_lossy().into_owned();
    let (event, endpoint) = (given.path("event"), given.text("endpoint"));
    Ok(Command::Invoke(Invoke { function, event, endpoint, place: given.place() }))
}

fn transform(mut given: Given) -> Result<Command> {
    let file = given.one_word("file")?.into();
    let region = given.text("region").unwrap_or_else(|| kernel::DEFAULT_REGION.to_owned());
    Ok(Command::Transform(Transform { file, parameters: given.parameters, region }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        read(lexopt::Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn serve_takes_projects_and_options_in_any_order() {
        let Ok(Command::Serve(serve)) = parsed("serve a --port 0 b --data d") else { panic!("not serve") };
        assert_eq!(serve.projects, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!((serve.port, serve.place.data), (0, Some("d".into())));
    }

    #[test]
    fn parameters_may_repeat() {
        let Ok(Command::Deploy(deploy)) = parsed("deploy . --parameter A=1 --parameter B=x=y") else {
            panic!("not deploy")
        };
        let expected = [("A", "1"), ("B", "x=y")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(deploy.parameters, BTreeMap::from(expected));
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("serv", "there is no command `serv`; see samlet --help"),
            ("serve --event x", "samlet serve has no option --event; see samlet --help"),
            ("serve --port many", "`many` is no port"),
            ("transform", "expected one file, got 0"),
            ("deploy . --parameter A", "a parameter is written NAME=VALUE"),
        ];
        for (line, expected) in cases {
            assert_eq!(parsed(line).err().map(|error| error.to_string()).as_deref(), Some(expected), "{line}");
        }
    }
}
