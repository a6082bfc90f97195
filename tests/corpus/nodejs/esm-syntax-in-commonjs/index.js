import fs from 'fs';
export const handler = async () => fs;
