import sys,time
from tests.e2e.test_git import *
def T(msg,t0=[time.time()]):
    print(f"[{time.time()-t0[0]:6.1f}] {msg}", flush=True)

def test_explore(git):
    a=git.airflow
    # a
    for i in range(3):
        t=time.time(); c=git.push(f"vis{i}", LAYERED)
        a.wait_for(lambda: a.client.get(f"dags/vis{i}").status_code==200, "vis", pause=0.25)
        T(f"visible {time.time()-t:.1f}")
    run=a.trigger("vis0"); T(a.wait_for_run("vis0",run)); print(git.log("vis0",run,"ingestion.tell")[-300:])
    # b
    c=git.push("sev", SEVERAL); git.wait_for_commit(c,"sev_1","sev_2","sev_3"); T("sev")
    c=git.push("sev", SEVERAL, broken='("sev_2",)'); a.wait_for(a.import_errors,"errors"); T(list(a.import_errors())); T(a.dag_rows()["sev_2"])
    T(a.wait_for_run("sev_3",a.trigger("sev_3")))
    git.wait_until_stale("sev_2"); T("stale2")
    # c whole
    c=git.push("sev", "def broken(:\n"); git.wait_for_bundle(c); T("bundle")
    t=time.time()
    last=None
    while time.time()-t<15:
        r={k:(v["is_stale"],v["has_import_errors"]) for k,v in a.dag_rows().items() if k.startswith("sev")}
        now=(r,list(a.import_errors()), a.rows("select dag_id,bundle_version from dag where dag_id='sev_1'"))
        if now!=last: T(now); last=now
        time.sleep(0.5)
    resp=a.client.post("dags/sev_1/dagRuns",json={"logical_date":None,"conf":{}}); T((resp.status_code,resp.text[:300]))
    T(a.client.get("dags/sev_1").status_code); T(a.client.get("dags/sev_1/details").status_code);T(a.client.get("dags/sev_3/dagRuns").json()["total_entries"])
    c=git.push("sev", SEVERAL); git.wait_for_commit(c,"sev_1","sev_2","sev_3"); T("mended"); a.wait_for(lambda: not a.import_errors(), "no"); T({k:(v["is_stale"],v["has_import_errors"]) for k,v in a.dag_rows().items()})
    # d
    c1=git.push("pat", PATIENT); git.wait_for_commit(c1,"pat"); run=git.begin("pat"); T("begun")
    c2=git.push("pat", PATIENT, version=2); git.wait_for_commit(c2,"pat"); T("v2 there"); git.release("pat"); T(a.wait_for_run("pat",run)); T(git.log("pat",run,"second")[-300:])
    run=a.trigger("pat"); T(a.wait_for_run("pat",run)); T(git.log("pat",run,"second")[-300:])
    # e
    c1=git.push("fro", PATIENT); git.wait_for_commit(c1,"fro"); run=git.begin("fro"); T("begun")
    c2=git.push("fro", PATIENT.replace(".task('second'",".task('first'"), version=2); a.wait_for(a.import_errors,"err"); git.wait_until_stale("fro"); T("stale"); git.release("fro")
    a.wait_for(lambda: git.states("fro",run)["first"]=="success","first"); T("first done")
    for i in range(6): time.sleep(1); T(git.states("fro",run))
    c2=git.push("fro", PATIENT, version=3); git.wait_until_stale("fro", False); T("mended"); T(a.wait_for_run("fro",run)); T(git.log("fro",run,"second")[-300:])
    # f
    c1=git.push("forc", PATIENT); git.wait_for_commit(c1,"forc"); run=git.begin("forc"); T("begun")
    c2=git.push("forc", PATIENT, version=2, force=True); git.wait_for_commit(c2,"forc"); git.release("forc"); T(a.wait_for_run("forc",run)); T(git.log("forc",run,"second")[-300:])
    t=time.time(); git.repository.push({"dags/forc.py":None}); git.wait_until_stale("forc"); T(f"deleted {time.time()-t}"); T(a.client.get("dags/forc").text[:200]); T(a.client.get("dags/forc/dagRuns").json()["total_entries"])
