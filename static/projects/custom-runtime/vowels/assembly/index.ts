// A program that reads an event from its standard input and writes the answer to its standard output.

function input(): string {
  const buffer = new ArrayBuffer(65536);
  let text = "";
  let count = <i32>process.stdin.read(buffer);
  while (count > 0) {
    text += String.UTF8.decode(buffer.slice(0, count));
    count = <i32>process.stdin.read(buffer);
  }
  return text;
}

/** How many vowels a text has. */
function vowels(text: string): i32 {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    if ("aeiouAEIOU".includes(text.charAt(i))) count++;
  }
  return count;
}

const event = input();
process.stderr.write("an event of " + event.length.toString() + " characters\n");
process.stdout.write('{"vowels":' + vowels(event).toString() + "}");
