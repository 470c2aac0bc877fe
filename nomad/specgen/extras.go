package main

// addExtras adds what jobspec2 does beside the tags (parse_job.go and hcl_conversions.go of Nomad).
func addExtras() {
	// Job and group accept defaults for their tasks; labels that no struct field holds.
	job, group := structs["Job"], structs["TaskGroup"]
	job.Fields = append(job.Fields,
		Field{HCL: "vault", Ref: "Vault", Form: "block", Extra: true},
		Field{HCL: "secret", Ref: "Secret", Form: "list", Extra: true},
	)
	group.Fields = append(group.Fields,
		Field{HCL: "vault", Ref: "Vault", Form: "block", Extra: true},
		Field{HCL: "secret", Ref: "Secret", Form: "list", Extra: true},
	)
	// `scaling "cpu"` and `scaling "mem"` in a task: the label stands for the policy's type.
	task := structs["Task"]
	for i, f := range task.Fields {
		if f.HCL == "scaling" {
			task.Fields[i].Form = "scaling"
		}
	}
	// A job's label is its ID; the HCL has it once, as the label.
	job.Label = "id"
	for i, f := range job.Fields {
		if f.HCL == "id" {
			job.Fields[i].Form = "label"
			job.Fields[i].Required = true
		}
	}
	// The api module can only be had newer than Nomad 1.11.3; these are what its server does not know yet.
	since("TaskGroup", "max_run_duration", "2.0")
	since("WorkloadIdentity", "extra_claims", "2.0")
	since("ChangeScript", "run_on_first_render", "2.0")
}

func since(name, field, version string) {
	for i, f := range structs[name].Fields {
		if f.HCL == field {
			structs[name].Fields[i].Since = version
		}
	}
}
