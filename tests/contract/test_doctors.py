"""Doctors and the accounts that act for them, over HTTP."""

from .clinic import PASSWORD, Clinic, Person


def test_linking_a_login_to_a_doctor_leaves_no_second_one(clinic: Clinic, admin: Person) -> None:
    """Somebody registers who is in the list already; an admin gives that doctor the login."""
    email = f"twin-{admin.email}"
    body = {
        "email": email,
        "password": PASSWORD,
        "name": "Dr. Twin",
        "role": "doctor",
        "specialization": "Twinning",
    }
    account = clinic.ok("POST", "/api/auth/register", json=body)["user"]["id"]
    clinic.ok("POST", f"/api/accounts/{account}/approve", token=admin.token)
    (registered,) = clinic.ok("GET", "/api/doctors?specialization=Twinning")
    listed = clinic.doctor(name="Dr. Twin", specialization="Twinning")
    path = f"/api/doctors/{listed}"
    # A login that an admin has linked to a doctor stays with that doctor.
    linked = {"account_id": clinic.acting_doctor().id}
    clinic.refused("PATCH", path, 409, "account_in_use", json=linked, token=admin.token)

    clinic.ok("PATCH", path, json={"account_id": account}, token=admin.token)
    found = clinic.ok("GET", "/api/doctors?specialization=Twinning")
    assert [doctor["id"] for doctor in found] == [listed]
    clinic.refused("GET", f"/api/doctors/{registered['id']}", 404, "doctor_not_found")
    login = {"email": email, "password": PASSWORD}
    token = clinic.ok("POST", "/api/auth/login", json=login)["token"]
    clinic.ok("PATCH", path, json={"city": "Graz"}, token=token)
