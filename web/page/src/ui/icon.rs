//! The page's icons: strokes on a grid of 16, drawn for this page.

use yew::prelude::*;

/// All icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Api,
    Bolt,
    Bucket,
    Check,
    Chevron,
    Close,
    Clock,
    Copy,
    Cross,
    Embed,
    File,
    Function,
    Globe,
    Graph,
    Key,
    Log,
    Mail,
    Moon,
    Pause,
    Play,
    Plus,
    Refresh,
    Resource,
    Rocket,
    Share,
    Spinner,
    Stream,
    Sun,
    System,
    Table,
    Trash,
    User,
    Warning,
}

impl Glyph {
    /// Its strokes.
    pub fn path(self) -> &'static str {
        match self {
            Self::Api => "M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4M9 2.5l-2 11",
            Self::Bolt => "M9 1.8 3.2 9.2h4.2L6.6 14.2 12.8 6.8H8.6z",
            Self::Bucket => "M2.5 4.5h11l-1.5 9h-8zM2.5 4.5c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2",
            Self::Check => "m3 8.5 3.2 3.2L13 4.8",
            Self::Chevron => "m6 3.5 4.5 4.5L6 12.5",
            Self::Close | Self::Cross => "m4 4 8 8M12 4l-8 8",
            Self::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Embed => "M1.8 3.5h12.4v9H1.8zM6.6 6.2 4.8 8l1.8 1.8M9.4 6.2 11.2 8 9.4 9.8",
            Self::File => "M3.5 1.8h6l3 3v9.4h-9zM9.3 2v3h3",
            Self::Function => "M3 2.8h2.2l5.6 10.4H13M7 6.2l-4 7",
            Self::Globe => {
                "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c3.4 3.6 3.4 8.4 0 12M8 2c-3.4 3.6-3.4 8.4 0 12"
            }
            Self::Graph => "M1.8 5.8h4.4v4.4H1.8zM9.8 1.8h4.4v4.4H9.8zM9.8 9.8h4.4v4.4H9.8zM6.2 8H8V4h1.8M8 8v4h1.8",
            Self::Key => "M5 13.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM7 8.6 13 2.6M10.6 5l2 2",
            Self::Log => "M2.5 3.5h11M2.5 6.5h7M2.5 9.5h11M2.5 12.5h5",
            Self::Mail => "M1.8 3.5h12.4v9H1.8zM2 4l6 5 6-5",
            Self::Moon => "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z",
            Self::Pause => "M5.2 3v10M10.8 3v10",
            Self::Play => "M4.5 2.8v10.4L13 8z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Refresh => "M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.5 2v3h-3",
            Self::Resource => "m8 1.8 5.5 3v6.4l-5.5 3-5.5-3V4.8zM2.6 4.9 8 8l5.4-3.1M8 8v6",
            Self::Rocket => "M8 12V3M4.2 6.8 8 3l3.8 3.8M3 14h10",
            Self::Share => {
                "M6.6 9.4 9.4 6.6M7.4 4.6l1.4-1.4a2.9 2.9 0 0 1 4 4l-1.4 1.4M8.6 11.4l-1.4 1.4a2.9 2.9 0 0 1-4-4l1.4-1.4"
            }
            Self::Spinner => "M8 2a6 6 0 1 1-6 6",
            Self::Stream => {
                "M1.8 5c2-1.8 4.2 1.8 6.2 0s4.2 1.8 6.2 0M1.8 8.5c2-1.8 4.2 1.8 6.2 0s4.2 1.8 6.2 0M1.8 12c2-1.8 4.2 1.8 6.2 0s4.2 1.8 6.2 0"
            }
            Self::Sun => {
                "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1"
            }
            Self::System => "M1.8 2.8h12.4v8.4H1.8zM5.5 13.8h5M8 11.4v2.2",
            Self::Table => "M2 3h12v10H2zM2 6.4h12M2 9.7h12M6.4 6.4V13",
            Self::Trash => "M2.5 4.2h11M6 4V2.5h4V4M4 4.2l.6 9.3h6.8l.6-9.3M6.8 6.8v4M9.2 6.8v4",
            Self::User => "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.5 14c.6-2.6 2.8-4 5.5-4s4.9 1.4 5.5 4",
            Self::Warning => "M8 2.2 14.4 13.4H1.6zM8 6.4v3.2M8 11.3v.3",
        }
    }
}

/// The icon of a resource type.
pub fn glyph_of(kind: &str) -> Glyph {
    let service = kind.trim_start_matches("AWS::");
    match service {
        "Serverless::SimpleTable" => Glyph::Table,
        "Serverless::Function" => Glyph::Function,
        "Serverless::Api" | "Serverless::HttpApi" => Glyph::Api,
        "Lambda::EventSourceMapping" => Glyph::Stream,
        _ => match service.split("::").next().unwrap_or_default() {
            "DynamoDB" => Glyph::Table,
            "DAX" => Glyph::Bolt,
            "Lambda" => Glyph::Function,
            "ApiGateway" | "ApiGatewayV2" => Glyph::Api,
            "Cognito" => Glyph::User,
            "IAM" => Glyph::Key,
            "Logs" => Glyph::Log,
            "S3" => Glyph::Bucket,
            "CloudFront" => Glyph::Globe,
            "Kinesis" => Glyph::Stream,
            _ => Glyph::Resource,
        },
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub glyph: Glyph,
}

/// An icon. It says nothing to a screen reader: the control around it has the name.
#[component]
pub fn Icon(props: &Props) -> Html {
    let class = if props.glyph == Glyph::Spinner { "icon icon-spinning" } else { "icon" };
    html! {
        <svg {class} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={props.glyph.path()} />
        </svg>
    }
}
