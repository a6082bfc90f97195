export enum Color {
  Red = 'red',
  Blue = 'blue',
}

export interface Named {
  name: string;
}

export function describe(color: Color): string;
export function describe(color: unknown): string {
  return `the color ${color}`;
}
