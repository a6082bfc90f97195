//! Writes of single items: planned against a table, then carried out.

use kernel::AwsError;
use serde_json::Value;

use crate::{
    api::Input,
    expression::{Condition, Update, UpdateError, apply, holds},
    rules::{MAX_ITEM_SIZE, capacity::Consumed, expressions, item, not_found, vectors, wording, wording::Layer},
    state::{Region, Table},
    value::{Item, MAX_DEPTH, NumberError, Packed, item_size, item_to_json, parse_item},
};

/// What is to be done with an item.
pub enum Action {
    /// It becomes this one.
    Put(Item),
    /// The item with this key is changed, or made.
    Update(Item, Update),
    /// The item with this key is removed.
    Delete(Item),
    /// The item with this key only has to meet a condition.
    Check(Item),
}

/// A write before it is known what is there.
pub struct Request {
    /// The table's name.
    pub table: String,
    /// What is done.
    pub action: Action,
    /// What must hold before.
    pub condition: Option<Condition>,
    /// Whether there must be no such item yet.
    pub must_be_new: bool,
    /// Whether a statement asks for it.
    pub is_stated: bool,
    /// Whether a failed condition tells the item.
    pub tell_old: bool,
}

/// A write whose outcome is known.
pub struct Plan {
    /// The item's place in the table.
    pub key: Vec<u8>,
    /// The item before.
    pub old: Option<Packed>,
    /// The item after.
    pub new: Option<Packed>,
    /// What it costs.
    pub consumed: Consumed,
}

/// Why a write is not done.
pub enum Failure {
    /// It is wrong in itself.
    Refused(AwsError),
    /// The condition does not hold; the item, if it is to be told.
    Condition(Option<Packed>),
    /// There is such an item already.
    Duplicate,
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// The error of an operation on a single item.
    pub fn into_error(self) -> AwsError {
        match self {
            Self::Refused(error) => error,
            Self::Duplicate => AwsError::new("DuplicateItemException", DUPLICATE),
            Self::Condition(old) => {
                let error = AwsError::new("ConditionalCheckFailedException", CONDITION_FAILED);
                match old {
                    Some(item) => error.with_member("Item", item_to_json(&item.item())),
                    None => error,
                }
            }
        }
    }
}

/// The words of an item that should have been a new one.
pub const DUPLICATE: &str = "Duplicate primary key exists in table";

/// The words of a condition that does not hold.
pub const CONDITION_FAILED: &str = "The conditional request failed";

impl Request {
    /// Reads the parameters that all writes have; `kind` is `Put`, `Update`, `Delete` or
    /// `ConditionCheck`.
    pub fn read(input: Input<'_>, kind: &str, layer: Layer) -> Result<Self, AwsError> {
        let item = |name: &str| {
            parse_item(input.get(name).unwrap_or(&Value::Null)).map_err(|error| layer.refuse_value(&error))
        };
        let (subject, read) = if kind == "Put" || layer != Layer::Older {
            (item(if kind == "Put" { "Item" } else { "Key" })?, expressions::read(input, layer)?)
        } else {
            // The older layer looks at expressions before it looks at keys.
            let read = expressions::read(input, layer)?;
            (item("Key")?, read)
        };
        let action = match kind {
            "Put" => {
                if item_size(&subject) > MAX_ITEM_SIZE {
                    return Err(AwsError::validation("Item size has exceeded the maximum allowed size"));
                }
                Action::Put(subject)
            }
            "Update" => Action::Update(subject, read.update.unwrap_or_default()),
            "Delete" => Action::Delete(subject),
            _ => Action::Check(subject),
        };
        Ok(Self {
            table: input.table_name().to_owned(),
            action,
            condition: read.condition,
            must_be_new: false,
            is_stated: false,
            tell_old: input.text("ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD"),
        })
    }

    /// The item, or the key of the item, that is meant.
    pub fn subject(&self) -> &Item {
        match &self.action {
            Action::Put(item) | Action::Update(item, _) | Action::Delete(item) | Action::Check(item) => item,
        }
    }

    /// Finds out what the write makes of the item that is there.
    pub fn plan(&self, table: &Table) -> Result<Plan, Failure> {
        let definition = &table.definition;
        match &self.action {
            Action::Put(item) => item::check_item(definition, item)?,
            Action::Update(key, update) => {
                item::check_key(&definition.keys, key)?;
                item::check_update(definition, update)?;
            }
            Action::Delete(key) | Action::Check(key) => item::check_key(&definition.keys, key)?,
        }
        let subject = self.subject();
        // The checks above have found the key whole.
        let key = definition.keys.encode(subject).ok_or_else(|| AwsError::validation(item::SCHEMA_MISMATCH))?;
        let old = table.latest(&key).cloned();
        if self.must_be_new && old.is_some() {
            return Err(Failure::Duplicate);
        }
        if let Some(condition) = &self.condition
            && !holds(condition, &old.as_ref().map(Packed::item).unwrap_or_default())
        {
            return Err(Failure::Condition(old.filter(|_| self.tell_old)));
        }
        let new = match &self.action {
            Action::Put(item) => Some(Packed::of(item)),
            Action::Update(key, update) => {
                let old = old.as_ref().map(Packed::item);
                let updated = updated(update, old.as_ref().unwrap_or(key))?;
                check_new_index_keys(table, old.as_ref(), &updated)?;
                Some(Packed::of(&updated))
            }
            Action::Delete(_) => None,
            Action::Check(_) => old.clone(),
        };
        let consumed = Consumed::write(definition, old.as_ref(), new.as_ref());
        Ok(Plan { key, old, new, consumed })
    }
}

/// The table called `name`, which must be there.
pub fn table_of<'a>(region: &'a Region, name: &str) -> Result<&'a Table, AwsError> {
    region.tables.get(name).ok_or_else(not_found)
}

/// The same of a table that a statement names, which must also have been made and not be going.
pub fn open_table<'a>(region: &'a Region, name: &str, now: u64) -> Result<&'a Table, AwsError> {
    let table = table_of(region, name)?;
    if table.definition.is_closed_at(now) { Err(not_found()) } else { Ok(table) }
}

fn updated(update: &Update, item: &Item) -> Result<Item, AwsError> {
    let updated = apply(update, item).map_err(|error| AwsError::validation(in_words(error)))?;
    if item_size(&updated) > MAX_ITEM_SIZE {
        return Err(AwsError::validation("Item size to update has exceeded the maximum allowed size"));
    }
    if updated.values().any(|value| !value.fits_depth(MAX_DEPTH)) {
        return Err(AwsError::validation("Nesting Levels have exceeded supported limits"));
    }
    Ok(updated)
}

/// What an update computes may not fit an index whose key it is.
fn check_new_index_keys(table: &Table, old: Option<&Item>, new: &Item) -> Result<(), AwsError> {
    let definition = &table.definition;
    if definition.indexes.is_empty() && definition.vectors.is_empty() {
        return Ok(());
    }
    let changed = new.iter().filter(|(name, value)| old.and_then(|old| old.get(*name)) != Some(value));
    vectors::check(definition, changed.clone().map(|(name, value)| (name.as_str(), value)), true)?;
    for (name, value) in changed {
        let keys = definition.indexes.iter().flat_map(|index| index.keys.attributes());
        if keys.into_iter().any(|key| key.name == *name && key.kind.name() != value.type_name()) {
            return Err(AwsError::validation(
                "The update expression attempted to update the secondary index key to unsupported type",
            ));
        }
    }
    item::check_index_keys(definition, |name| new.get(name))
}

fn in_words(error: UpdateError) -> String {
    match error {
        UpdateError::MissingAttribute => {
            "The provided expression refers to an attribute that does not exist in the item".to_owned()
        }
        UpdateError::WrongType => "An operand in the update expression has an incorrect data type".to_owned(),
        UpdateError::LegacyMismatch => "Type mismatch for attribute to update".to_owned(),
        UpdateError::InvalidPath => {
            "The document path provided in the update expression is invalid for update".to_owned()
        }
        UpdateError::Number(NumberError::Underflow) => wording::out_of_range("underflow", "smaller"),
        UpdateError::Number(NumberError::TooPrecise) => {
            "Attempting to store more than 38 significant digits in a Number".to_owned()
        }
        UpdateError::Number(_) => wording::out_of_range("overflow", "larger"),
    }
}
