//! What an UPDATE does: `SET … REMOVE …`.

use super::{
    not_well_formed,
    parser::{Call, Parser},
};
use crate::{
    expression::{ConditionNotes, Path, Term, Update, UpdateBuilder},
    value::AttributeValue,
};

impl Parser<'_> {
    /// One or more `SET` and `REMOVE`.
    pub fn changes(&mut self) -> Result<Update, String> {
        let mut update = UpdateBuilder::new();
        let mut notes = ConditionNotes::new();
        let mut is_empty = true;
        loop {
            if self.accept_word("SET") {
                self.each(|parser| parser.assignment(&mut update, &mut notes))?;
            } else if self.accept_word("REMOVE") {
                self.each(|parser| {
                    update.remove(parser.path()?);
                    Ok(())
                })?;
            } else if is_empty {
                return Err(not_well_formed("Expected data manipulation"));
            } else {
                break;
            }
            is_empty = false;
        }
        if let Err(message) = notes.into_result() {
            self.note(message);
        }
        Ok(update.finish().unwrap_or_else(|message| {
            self.note(message);
            Update::default()
        }))
    }

    /// One or more, with commas between them.
    fn each(&mut self, mut one: impl FnMut(&mut Self) -> Result<(), String>) -> Result<(), String> {
        loop {
            one(self)?;
            if !self.accept(",") {
                return Ok(());
            }
        }
    }

    fn assignment(&mut self, update: &mut UpdateBuilder, notes: &mut ConditionNotes) -> Result<(), String> {
        let path = self.path()?;
        self.expect("=")?;
        self.check_right_side()?;
        if self.at_call() && ["SET_ADD", "SET_DELETE"].iter().any(|name| self.token().is_word(name)) {
            let call = self.call(notes)?;
            self.set_members(path, call, update);
            return Ok(());
        }
        let left = self.assigned(update, notes)?;
        let sign = ["+", "-"].into_iter().find(|sign| self.token().is(sign));
        let Some(sign) = sign else {
            update.set(path, &left, None);
            return Ok(());
        };
        self.advance();
        self.check_right_side()?;
        let right = self.assigned(update, notes)?;
        update.set(path, &left, Some((sign, &right)));
        Ok(())
    }

    /// A path, a value, or a list put together from two.
    fn assigned(&mut self, update: &mut UpdateBuilder, notes: &mut ConditionNotes) -> Result<Term, String> {
        if !self.at_call() {
            return self.operand(notes);
        }
        let Call { name, place, arguments, .. } = self.call(notes)?;
        if name == "list_append" {
            update.called(&name, &arguments);
            return Ok(Term::Call { name, arguments });
        }
        self.note(format!("Unrecognized function: {name} at {place}"));
        Ok(Term::Undefined)
    }

    /// `path = set_add(path, members)` and `path = set_delete(path, members)`.
    fn set_members(&mut self, path: Path, call: Call, update: &mut UpdateBuilder) {
        let name = call.name.to_ascii_uppercase();
        let [first, second] = call.arguments.as_slice() else {
            self.note(format!("{name} must have exactly two arguments at {}", call.place));
            return;
        };
        if !matches!(first, Term::Path(first) if *first == path) {
            self.note(format!("The first argument to {name} must equal the assignment value at {}", call.place));
            return;
        }
        match second {
            Term::Value(members @ (AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_))) => {
                let members = members.clone();
                if name == "SET_ADD" { update.add(path, members) } else { update.delete(path, members) }
            }
            // The first argument's place, although it is the second one that is wrong.
            _ => {
                self.note(format!("The second argument to {name} must be a value with type SET at {}", call.places[0]));
            }
        }
    }
}
