import { value } from './lib/value.js';
import { readFile } from 'node:fs/promises';

const text = await readFile(new URL('./data.txt', import.meta.url), 'utf8');

export const handler = async () => ({ value, text, url: import.meta.url, dirname: import.meta.dirname });
