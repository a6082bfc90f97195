//! What operations pay: each asks here before it answers or writes.

use kernel::AwsError;

use super::{
    collections::Growth,
    write::{Failure, Plan, Request},
};
use crate::{
    DynamoDb,
    rules::{capacity::Consumed, throttling::Throttle},
    state::{
        Table, TableDefinition,
        meter::{Charge, Kind},
    },
};

impl DynamoDb {
    /// Pays `units` of `table` for what lies at `place`, or refuses the request.
    pub fn pay(&self, table: &TableDefinition, kind: Kind, units: &Consumed, place: &[u8]) -> Result<(), Throttle> {
        let charge = Charge { table, kind, units, place };
        let (mut meters, now) = (self.meters.borrow_mut(), self.now());
        if self.pace().unthrottled {
            meters.count(&charge, now);
            return Ok(());
        }
        meters.admit(&charge, now)?;
        meters.pay(&charge, now);
        Ok(())
    }

    /// Pays for what is done already, if need be by debt.
    pub fn pay_later(&self, charge: &Charge<'_>) {
        let (mut meters, now) = (self.meters.borrow_mut(), self.now());
        if self.pace().unthrottled { meters.count(charge, now) } else { meters.pay(charge, now) }
    }

    /// The same for an operation that has nothing but this to be refused for.
    pub fn charge(&self, table: &TableDefinition, kind: Kind, units: &Consumed, place: &[u8]) -> Result<(), AwsError> {
        self.pay(table, kind, units, place).map_err(Throttle::into_error)
    }

    /// Plans a write and pays for it. A condition that does not hold costs what the item that is there
    /// would.
    pub fn planned(&self, request: &Request, table: &Table) -> Result<Plan, AwsError> {
        let definition = &table.definition;
        match request.plan(table) {
            Ok(plan) => {
                self.check_collection(table, request, &plan, &mut Growth::default())?;
                self.charge(definition, Kind::Write, &plan.consumed, &plan.key)?;
                Ok(plan)
            }
            Err(failure @ (Failure::Condition(_) | Failure::Duplicate)) => {
                let place = definition.keys.encode(request.subject()).unwrap_or_default();
                let there = table.latest(&place);
                self.charge(definition, Kind::Write, &Consumed::write(definition, there, there), &place)?;
                Err(failure.into_error())
            }
            Err(failure) => Err(failure.into_error()),
        }
    }

    /// Pays all charges of a transaction, or none: then it says for each whether it was the reason.
    pub fn pay_all(&self, charges: &[Charge<'_>]) -> Result<(), Vec<Option<Throttle>>> {
        let mut meters = self.meters.borrow_mut();
        let now = self.now();
        if self.pace().unthrottled {
            for charge in charges {
                meters.count(charge, now);
            }
            return Ok(());
        }
        let throttles: Vec<Option<Throttle>> = charges.iter().map(|charge| meters.admit(charge, now).err()).collect();
        if throttles.iter().any(Option::is_some) {
            return Err(throttles);
        }
        for charge in charges {
            meters.pay(charge, now);
        }
        Ok(())
    }
}
