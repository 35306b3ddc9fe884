// fal's own JavaScript client, unmodified, against the sandbox; by hand, since it needs npm:
//
//     npm install @fal-ai/client@1.10.1     (in a folder of your own, with this file copied there)
//     kling-desktop sandbox --speed 20      (its first line tells the address and the key)
//     node operations.mjs ADDRESS KEY
//
// Each operation prints a line that begins with "ok" or "FAIL".
import { createFalClient, ValidationError, ApiError } from "@fal-ai/client";
const [base, key] = process.argv.slice(2);
const HOSTS = {"queue.fal.run": "queue", "fal.run": "run", "rest.fal.ai": "rest", "v3.fal.media": "cdn", "api.fal.ai":"platform", "rest.alpha.fal.ai":"rest"};
const rewrite = (url) => { const u = new URL(url); const p = HOSTS[u.host]; return p ? `${base}/${p}${u.pathname}${u.search}` : url; };
const fal = createFalClient({ credentials: key, requestMiddleware: async (r) => ({ ...r, url: rewrite(r.url) }) });
const T = "fal-ai/kling-video/v1.6/pro/text-to-video";
const step = async (name, f) => { try { console.log("ok  ", name, JSON.stringify(await f())); } catch (e) { console.log("FAIL", name, e?.message, e?.stack?.split("\n")[1]); } };
await step("submit, status, result", async () => { const s = await fal.queue.submit(T, { input: { prompt: "a lake" } }); let st; do { st = await fal.queue.status(T, { requestId: s.request_id, logs: true }); await new Promise(r => setTimeout(r, 200)); } while (st.status !== "COMPLETED"); const r = await fal.queue.result(T, { requestId: s.request_id }); return [st.logs.length, r.data.video.content_type, r.requestId === s.request_id]; });
await step("subscribe, polling with logs", async () => { const seen = new Set(); const r = await fal.subscribe(T, { input: { prompt: "a lake" }, logs: true, pollInterval: 100, onQueueUpdate: (u) => seen.add(u.status) }); return [[...seen], r.data.video.file_size > 0]; });
await step("subscribe, streaming", async () => { const seen = []; const r = await fal.subscribe(T, { input: { prompt: "another lake" }, mode: "streaming", logs: true, onQueueUpdate: (u) => seen.push(u.status) }); return [seen, r.data.video.file_size > 0]; });
await step("streamStatus", async () => { const s = await fal.queue.submit(T, { input: { prompt: "a third lake" } }); const st = await fal.queue.streamStatus(T, { requestId: s.request_id, logs: true }); let n = 0; for await (const _ of st) n++; const d = await st.done(); return [n > 0, d.status]; });
await step("upload small", async () => { const u = await fal.storage.upload(new File([new Uint8Array(5000)], "Boot ü.png", { type: "image/png" })); return (await (await fetch(u)).arrayBuffer()).byteLength; });
await step("upload in parts", async () => { const u = await fal.storage.upload(new File([new Uint8Array(95 * 1024 * 1024)], "large.bin")); return (await fetch(u, { method: "HEAD" })).headers.get("content-length"); });
await step("cancel", async () => { const s = await fal.queue.submit(T, { input: { prompt: "x" }, priority: "low" }); await fal.queue.cancel(T, { requestId: s.request_id }); return "cancelled"; });
await step("run", async () => (await fal.run(T, { input: { prompt: "a lake" } })).data.video.content_type);
await step("validation error", async () => { try { await fal.subscribe(T, { input: { duration: "7" }, pollInterval: 100 }); } catch (e) { return [e instanceof ValidationError, e.fieldErrors.map(x => x.loc.join("."))]; } });
await step("wrong key", async () => { const other = createFalClient({ credentials: "a:b", requestMiddleware: async (r) => ({ ...r, url: rewrite(r.url) }) }); try { await other.queue.submit(T, { input: {} }); } catch (e) { return [e instanceof ApiError, e.status]; } });
