// Serves a directory at the address and port that are named: a mirror that lacks what is not in it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";

const [directory, address, port] = process.argv.slice(2);
createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://mirror/").pathname));
  const bytes = await readFile(join(directory, path)).catch(() => undefined);
  response.writeHead(bytes ? 200 : 404, { "content-length": bytes?.length ?? 0 });
  response.end(request.method === "HEAD" ? undefined : bytes);
}).listen(Number(port), address);
