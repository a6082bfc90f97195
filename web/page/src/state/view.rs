//! Where on the page the person is.

use super::Action;
use std::rc::Rc;

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Request,
    /// A resource of the template or the stack, by its logical ID.
    Resource(String),
    /// Something that no template made, by its name: a program created it through the API.
    Loose {
        kind: &'static str,
        name: String,
    },
}

/// The panels of the left rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rail {
    Files,
    Resources,
    Users,
    Examples,
}

/// The panels of the drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    Problems,
    Events,
    Logs,
    Requests,
    Stream,
}

/// What the centre shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centre {
    Code,
    Graph,
}

/// The regions of the page; a phone shows one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    Rail,
    Centre,
    Inspector,
    Drawer,
}

/// The dialogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    Share,
    Embed,
    NewFile,
    /// A module that was chosen or dropped: the name of its file, and its bytes.
    NewModule {
        name: String,
        bytes: Rc<[u8]>,
    },
    NewTable,
    Replace(String),
    Reset,
}

/// Light, dark, or what the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// The line that the editor is asked to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    pub path: String,
    pub line: u32,
}

/// Where on the page the person is.
#[derive(Clone, Debug)]
pub struct View {
    pub rail: Rail,
    pub centre: Centre,
    pub drawer: Drawer,
    pub is_drawer_open: bool,
    pub region: Region,
    pub selection: Selection,
    pub dialog: Option<Dialog>,
    pub jump: Option<Jump>,
    pub theme: Theme,
    pub is_embedded: bool,
    /// The log group that the drawer follows; empty for the first.
    pub log_group: String,
    /// What a screen reader is told, and a toast shows.
    pub notice: Option<Notice>,
}

/// A short word about something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

impl View {
    pub(super) fn apply(&mut self, action: &Action) {
        match action {
            Action::Select(selection) => {
                self.selection = selection.clone();
                self.region = Region::Inspector;
            }
            // What was selected belongs to the former project.
            Action::Loaded { .. } => self.selection = Selection::Request,
            Action::ShowRail(rail) => self.rail = *rail,
            Action::ShowCentre(centre) => self.centre = *centre,
            Action::ShowDrawer(drawer) => {
                self.drawer = *drawer;
                self.is_drawer_open = true;
            }
            Action::ToggleDrawer => self.is_drawer_open = !self.is_drawer_open,
            Action::ShowRegion(region) => self.region = *region,
            Action::FollowLog(group) => {
                self.log_group.clone_from(group);
                self.drawer = Drawer::Logs;
                self.is_drawer_open = true;
            }
            Action::OpenDialog(dialog) => self.dialog = Some(dialog.clone()),
            Action::CloseDialog => self.dialog = None,
            Action::Theme(theme) => self.theme = *theme,
            Action::Notice(notice) => self.notice = Some(notice.clone()),
            Action::DismissNotice => self.notice = None,
            Action::OpenFile(_) => {
                self.centre = Centre::Code;
                self.region = Region::Centre;
            }
            Action::DeployStarted | Action::DeployRefused(_) => {
                self.drawer = Drawer::Events;
                self.is_drawer_open = true;
            }
            Action::JumpTo(jump) => {
                self.jump = Some(jump.clone());
                self.centre = Centre::Code;
                self.region = Region::Centre;
            }
            Action::Jumped => self.jump = None,
            _ => {}
        }
    }
}
