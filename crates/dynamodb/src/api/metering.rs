//! What operations pay: each asks here before it answers or writes.

use aws_api::Call;
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
        let paid = self.pay_charge(&charge);
        self.note_key(&charge, paid.as_ref().err());
        paid
    }

    fn pay_charge(&self, charge: &Charge<'_>) -> Result<(), Throttle> {
        let (mut meters, now) = (self.meters.borrow_mut(), self.now());
        if self.pace().unthrottled {
            meters.count(charge, now);
            return Ok(());
        }
        meters.admit(charge, now)?;
        meters.pay(charge, now);
        Ok(())
    }

    /// Lets Contributor Insights, where they are enabled, know of a request that was paid or refused.
    fn note_key(&self, charge: &Charge<'_>, throttle: Option<&Throttle>) {
        if !charge.table.keeping.insights.is_empty() {
            self.contributors.borrow_mut().note(charge, throttle, self.now());
        }
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

    /// The same for a statement, which Contributor Insights do not count.
    pub fn charge_statement(
        &self,
        table: &TableDefinition,
        kind: Kind,
        units: &Consumed,
        place: &[u8],
    ) -> Result<(), AwsError> {
        self.pay_charge(&Charge { table, kind, units, place }).map_err(Throttle::into_error)
    }

    fn charge_write(
        &self,
        request: &Request,
        table: &TableDefinition,
        units: &Consumed,
        place: &[u8],
    ) -> Result<(), AwsError> {
        if request.is_stated {
            return self.charge_statement(table, Kind::Write, units, place);
        }
        self.charge(table, Kind::Write, units, place)
    }

    /// Plans a write and pays for it. A condition that does not hold costs what the item that is there
    /// would.
    pub fn planned(&self, request: &Request, table: &Table) -> Result<Plan, AwsError> {
        let definition = &table.definition;
        match request.plan(table) {
            Ok(plan) => {
                self.check_collection(table, request, &plan, &mut Growth::default())?;
                self.charge_write(request, definition, &plan.consumed, &plan.key)?;
                Ok(plan)
            }
            Err(failure @ (Failure::Condition(_) | Failure::Duplicate)) => {
                let place = definition.keys.encode(request.subject()).unwrap_or_default();
                let there = table.latest(&place);
                self.charge_write(request, definition, &Consumed::write(definition, there, there), &place)?;
                Err(failure.into_error())
            }
            Err(failure) => Err(failure.into_error()),
        }
    }

    /// Pays all charges of a transaction, or none: then it says for each whether it was the reason.
    pub fn pay_all(&self, call: &Call, charges: &[Charge<'_>]) -> Result<(), Vec<Option<Throttle>>> {
        let paid = self.pay_charges(charges);
        // Statements are not counted.
        if call.operation != "ExecuteTransaction" {
            let throttles = paid.as_ref().err().map(Vec::as_slice).unwrap_or_default();
            for (index, charge) in charges.iter().enumerate() {
                match throttles.get(index) {
                    None => self.note_key(charge, None),
                    Some(throttle) if throttle.is_some() => self.note_key(charge, throttle.as_ref()),
                    Some(_) => {}
                }
            }
        }
        paid
    }

    fn pay_charges(&self, charges: &[Charge<'_>]) -> Result<(), Vec<Option<Throttle>>> {
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
