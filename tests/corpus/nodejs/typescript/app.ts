import type { Context } from 'aws-lambda';
import { APIGatewayProxyEvent } from 'aws-lambda';
import settings from './settings.json';
import { Color, type Named, describe } from './lib/colors';
import old from 'old';

abstract class Shape<T extends Named> {
  constructor(protected readonly of: T, public sides?: number) {}
  abstract get area(): number;
}

class Square extends Shape<Named> {
  declare unused: string;
  get area(): number {
    return (this.sides as number) ** 2;
  }
}

export const handler = async (event: APIGatewayProxyEvent & { sides: number }, _context: Context): Promise<unknown> => {
  const square = new Square({ name: 'a' } satisfies Named, event.sides!);
  const path = require('path');
  return { area: square.area, color: describe(Color.Blue), settings, old: old(1), file: path.basename(__filename) };
};
