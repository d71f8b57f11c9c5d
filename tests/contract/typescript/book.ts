// What a frontend does: books and pays as a guest, then registers, all of it typed by the document.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

type Booking = components["schemas"]["Booking"];

declare const process: { argv: string[] };

const [baseUrl = "", slotId = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl });

const slot = await api.GET("/api/slots/{slot_id}", { params: { path: { slot_id: Number(slotId) } } });
if (slot.error) throw new Error(slot.error.detail);

const made = await api.POST("/api/bookings", {
  body: { slot_id: slot.data.id, patient_name: "Ann Lee", patient_email: "ann@example.com" },
});
if (made.error) throw new Error(`${made.error.code}: ${made.error.detail}`);
const { id, manage_token } = made.data;
if (manage_token === null) throw new Error("a guest gets a token");

const paid = await api.POST("/api/payments/fake", {
  params: { header: { "X-Manage-Token": manage_token } },
  body: { booking_id: id, success: true },
});
if (paid.error) throw new Error(paid.error.detail);
const booking: Booking = paid.data.booking;

const again = await api.GET("/api/bookings/{booking_id}", {
  params: { path: { booking_id: id }, query: { manage_token: "not this one" } },
});
// Only the codes that the document lists can be compared with.
const refused = again.error?.code === "booking_not_found";

const session = await api.POST("/api/auth/register", {
  body: { name: "Ann Lee", email: `ann-${id}@example.com`, password: "correct horse", role: "patient" },
});
if (session.error) throw new Error(session.error.detail);
const role = "token" in session.data ? session.data.user.role : session.data.user.status;

console.log(JSON.stringify({ status: booking.status, refused, role }));
