//! Query and Scan.

use aws_api::{Call, Output};
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{
    Input, put_some,
    write::table_of,
    written::{self, List},
};
use crate::{
    DynamoDb,
    expression::{Condition, Projection, holds},
    partiql::Column,
    rules::{
        capacity::{Consistency, Consumed},
        expressions::{self, Expressions, Parameters},
        invalid_values, item, legacy,
        read::{self, Area, Select},
        wording::Layer,
    },
    state::{IndexDefinition, IndexProjection, Table, meter::Kind},
    value::{Item, Packed, item_size, item_to_json, key, stored_size},
};

/// The size with which a page ends, before filter and projection: 1 MB.
pub const MAX_PAGE: usize = 1024 * 1024;

impl DynamoDb {
    /// Query
    pub fn query(&self, call: &Call) -> Result<Output, AwsError> {
        self.read_page(call, |input, table, index, parts| {
            let keys = index.map_or(&table.definition.keys, |index| &index.keys);
            let conditions = parts.key.take().unwrap_or_default();
            let mut area = read::queried(keys, &conditions)?;
            area.forward = input.get("ScanIndexForward").and_then(Value::as_bool).unwrap_or(true);
            let filter = if input.has("QueryFilter") { "QueryFilter" } else { "Filter Expression" };
            read::check_filter(keys, parts.filter.as_ref(), filter)?;
            Ok(area)
        })
    }

    /// Scan
    pub fn scan(&self, call: &Call) -> Result<Output, AwsError> {
        self.read_page(call, |input, _, _, _| Ok(read::scanned(input)))
    }

    /// What Query and Scan have in common: everything but which area of the table or index is read.
    fn read_page(
        &self,
        call: &Call,
        area: impl FnOnce(Input<'_>, &Table, Option<&IndexDefinition>, &mut Expressions) -> Result<Area, AwsError>,
    ) -> Result<Output, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        expressions::check_mixing(input, &Parameters::of(call.operation), layer)?;
        let mut legacy = legacy::read(input, layer)?;
        let start = read::start_key(input, layer)?;
        legacy.key = legacy::read_key(input, layer)?;
        if call.operation == "Scan" {
            read::check_segments(input)?;
        } else if legacy.key.is_none() && !input.has("KeyConditionExpression") {
            return Err(layer.refuse(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
            ));
        }
        let mut parts = expressions::complete(legacy, input, layer)?;
        let select = read::select(input, layer)?;
        let mut state = self.state.borrow_mut();
        let table = table_of(state.region(&call.scope), input.table_name())?;
        let index = find_index(input, table, call.operation)?;
        if let Some(projection) = &parts.projection {
            item::check_projection(&table.definition, projection)?;
        }
        if let Some(start) = &start {
            read::check_start(call.operation, table, index, start, parts.key.as_ref())?;
            if call.operation == "Scan" {
                check_select(index, select)?;
            }
            read::check_start_item(&table.definition.keys, start)?;
        }
        let mut area = area(input, table, index, &mut parts)?;
        if let Some(start) = &start {
            area.begin_after(table, index, start, input)?;
        }
        let mut reader = Reader::new(input, table, index, parts, select)?;
        item::check_filter(&table.definition, reader.filter.as_ref())?;
        reader.moment = self.seen_moment(index.is_some_and(|index| !index.local), input.flag("ConsistentRead"));
        let keys = index.map_or(&table.definition.keys, |index| &index.keys);
        // All of a partition is read, or of many of them.
        let place = if call.operation == "Query" { keys.partition_of(area.place()) } else { place_of(area.place()) };
        let place = place.to_vec();
        let mut items = List::default();
        let page = reader.page(area, &mut items);
        self.charge(&table.definition, Kind::Read, &reader.consumed(&page), &place)?;
        let answer = Output::from(page.answer(input, &reader));
        Ok(if select == Select::Count { answer } else { answer.with_written("Items", items.end()) })
    }
}

/// What of a place says where its partition lies, and no more.
fn place_of(place: &[u8]) -> &[u8] {
    &place[..place.len().min(key::PARTITION_PREFIX)]
}

const INCONSISTENT: &str = "Consistent reads are not supported on global secondary indexes";

/// The refusal of a vector index, which is neither scanned nor read by statements.
pub const NOT_SCANNED: &str = "Scan operation not supported on this index type";

/// The index that is read, if one is.
fn find_index<'a>(
    input: Input<'_>,
    table: &'a Table,
    operation: &str,
) -> Result<Option<&'a IndexDefinition>, AwsError> {
    let Some(name) = input.text("IndexName") else { return Ok(None) };
    if table.definition.vector_index(name).is_some() {
        return Err(match operation {
            "Query" if input.flag("ConsistentRead") => AwsError::validation(INCONSISTENT),
            "Query" => AwsError::validation("Query operation not supported on this index type."),
            _ => AwsError::validation(NOT_SCANNED),
        });
    }
    let Some(index) = table.definition.index(name) else {
        return Err(AwsError::validation(format!("The table does not have the specified index: {name}")));
    };
    if !index.local && input.flag("ConsistentRead") {
        return Err(AwsError::validation(INCONSISTENT));
    }
    Ok(Some(index))
}

/// A global index gives no more of items than it holds.
fn check_select(index: Option<&IndexDefinition>, select: Select) -> Result<(), AwsError> {
    match index {
        Some(index) if !index.local && select == Select::All && index.projection != IndexProjection::All => {
            Err(invalid_values(format_args!(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index {} because its projection \
                 type is not ALL",
                index.name
            )))
        }
        _ => Ok(()),
    }
}

/// How a page is read.
pub struct Reader<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its index, if that is read.
    pub index: Option<&'a IndexDefinition>,
    /// Which items are wanted.
    pub filter: Option<Condition>,
    /// What is wanted of each.
    pub shape: Shape<'a>,
    /// How that is told.
    pub select: Select,
    /// Whether a local index does not hold what is asked for, so that the table is read too.
    pub fetches: bool,
    /// The most items to look at.
    pub limit: usize,
    /// The bytes with which the page ends.
    pub budget: usize,
    /// How it is read.
    pub consistency: Consistency,
    /// The moment at which the table is seen, if reads lag behind writes.
    pub moment: Option<u64>,
}

/// What is made of each item.
pub enum Shape<'a> {
    /// The item, or parts of it where they stand.
    Parts(Option<Projection>),
    /// The columns of a statement.
    Columns(&'a [Column]),
}

impl Shape<'_> {
    /// Writes what is told of `item`.
    pub fn write(&self, item: &Packed, out: &mut Vec<u8>) {
        match self {
            Self::Parts(None) => item.write(out),
            _ => written::value(&self.of(&item.item()), out),
        }
    }

    /// What is told of `item`.
    pub fn of(&self, item: &Item) -> Value {
        match self {
            Self::Parts(None) => item_to_json(item),
            Self::Parts(Some(projection)) => item_to_json(&projection.apply(item)),
            Self::Columns(columns) => {
                let found = columns.iter().filter_map(|column| Some((&column.name, column.path.find(item)?)));
                Value::Object(found.map(|(name, value)| (name.clone(), value.to_json())).collect())
            }
        }
    }
}

/// What was read.
#[derive(Default)]
pub struct Page {
    count: usize,
    /// How many items were looked at.
    pub scanned: usize,
    /// Their bytes.
    size: usize,
    /// What they count towards the end of the page.
    pub stored: usize,
    fetched: Vec<usize>,
    /// The key of the last one, if it may not have been the last of all.
    pub last: Option<Item>,
}

impl<'a> Reader<'a> {
    fn new(
        input: Input<'_>,
        table: &'a Table,
        index: Option<&'a IndexDefinition>,
        parts: Expressions,
        select: Select,
    ) -> Result<Self, AwsError> {
        let keys = &table.definition.keys;
        let mut fetches = false;
        if let Some(index) = index {
            let missing: Vec<&str> = parts
                .projection
                .iter()
                .flat_map(Projection::attributes)
                .filter(|name| !index.projects(keys, name))
                .collect();
            let wants_all = select == Select::All && index.projection != IndexProjection::All;
            check_select(Some(index), select)?;
            let name = &index.name;
            if !index.local && !missing.is_empty() {
                let missing = missing.join(", ");
                return Err(invalid_values(format_args!("Global secondary index {name} does not project [{missing}]")));
            }
            fetches = wants_all || !missing.is_empty();
        }
        Ok(Self {
            table,
            index,
            filter: parts.filter,
            shape: Shape::Parts(parts.projection),
            select,
            fetches,
            budget: MAX_PAGE,
            limit: input.number("Limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX),
            consistency: Consistency::of(input.flag("ConsistentRead")),
            moment: None,
        })
    }

    /// Reads `area`, or as much of it as fits a page, and writes what is told of the items to `told`.
    pub fn page(&self, area: Area, told: &mut List) -> Page {
        let mut page = Page::default();
        let name = self.index.map(|index| index.name.as_str());
        let sort_key = self.table.definition.keys.range.first().map(|key| key.name.as_str());
        let items = match self.moment {
            Some(moment) => self.table.range_at(self.index, area.from, area.to, area.forward, moment),
            None => self.table.range(name, area.from, area.to, area.forward),
        };
        for item in items {
            let view = self.view(item);
            let size = view.as_ref().map_or(item.size(), item_size);
            page.scanned += 1;
            page.size += size;
            page.stored += view.as_ref().map_or_else(|| item.stored_size(sort_key), |view| stored_size(view, sort_key));
            if self.fetches {
                page.fetched.push(item.size());
            }
            page.count += usize::from(self.tell(item, view.filter(|_| !self.fetches), told));
            // Whether there is another one nobody looks then.
            if page.scanned == self.limit || page.stored >= self.budget {
                page.last = Some(self.key_of(item));
                break;
            }
        }
        page
    }

    /// What the index that is read holds of an item, if that is not all of it.
    fn view(&self, item: &Packed) -> Option<Item> {
        let index = self.index.filter(|index| index.projection != IndexProjection::All)?;
        Some(index.view(&self.table.definition.keys, &item.item()))
    }

    /// Writes what is wanted of an item, of which only `part` is seen if that is given, unless the filter
    /// does not want it.
    fn tell(&self, item: &Packed, part: Option<Item>, told: &mut List) -> bool {
        let is_whole = part.is_none() && matches!(self.shape, Shape::Parts(None));
        let seen = part.or_else(|| self.filter.is_some().then(|| item.item()));
        if let (Some(filter), Some(seen)) = (&self.filter, &seen)
            && !holds(filter, seen)
        {
            return false;
        }
        if self.select != Select::Count {
            match seen.filter(|_| !is_whole) {
                Some(seen) => written::value(&self.shape.of(&seen), told.next()),
                None => self.shape.write(item, told.next()),
            }
        }
        true
    }

    /// What `LastEvaluatedKey` tells of an item: its key in the table, and in the index.
    fn key_of(&self, item: &Packed) -> Item {
        let item = item.item();
        let mut key = self.table.definition.keys.of(&item);
        if let Some(index) = self.index {
            key.extend(index.keys.of(&item));
        }
        key
    }

    /// What reading `page` consumed.
    pub fn consumed(&self, page: &Page) -> Consumed {
        let Some(index) = self.index else { return Consumed::read(page.size, self.consistency) };
        let mut consumed = Consumed::index_read(&index.name, index.local, page.size, self.consistency);
        for size in &page.fetched {
            consumed.add(Consumed::read(*size, self.consistency));
        }
        consumed
    }
}

impl Page {
    fn answer(self, input: Input<'_>, reader: &Reader<'_>) -> Value {
        let report = reader.consumed(&self);
        let report = report.report(&reader.table.definition.name, input.text("ReturnConsumedCapacity"));
        let mut answer = Map::new();
        answer.insert("Count".to_owned(), json!(self.count));
        answer.insert("ScannedCount".to_owned(), json!(self.scanned));
        put_some(&mut answer, "LastEvaluatedKey", self.last.as_ref().map(item_to_json));
        put_some(&mut answer, "ConsumedCapacity", report);
        Value::Object(answer)
    }
}
