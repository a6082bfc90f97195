// The smallest zip archive there is: files stored without compression.
import { crc32 } from "node:zlib";

/** An archive of `files`, from name to text. */
export function zip(files) {
  const locals = [];
  const entries = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x21, 8);
    about.writeUInt32LE(crc32(content), 10);
    about.writeUInt32LE(content.length, 14);
    about.writeUInt32LE(content.length, 18);
    about.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([signature(0x04034b50), about, path, content]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE(0o100644 * 0x10000, 6);
    attributes.writeUInt32LE(offset, 10);
    const madeByUnix = Buffer.from([20, 3]);
    entries.push(Buffer.concat([signature(0x02014b50), madeByUnix, about, attributes, path]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, signature(0x06054b50), end]);
}

function signature(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
