import { kind } from 'both';
export default `late and ${kind}`;
